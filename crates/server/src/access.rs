//! Who may call an operation.

use crate::language::Said;
use crate::scopes::Scope;

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anyone.
    Open,
    /// Callers with this scope.
    Scope(Scope),
    /// Callers with this scope, or any member who has signed in: what every member may see.
    ScopeOrMember(Scope),
    /// Callers with this scope, or the member whose `{id}` the path has.
    ScopeOrSelf(Scope),
    /// Callers with this scope, or anyone where the server was told so.
    ScopeUnlessOpened(Scope),
    /// Whoever has signed in or has a token, whatever it may do.
    SignedIn,
}

impl Access {
    /// The scope it asks for.
    pub const fn scope(self) -> Option<Scope> {
        match self {
            Access::Open | Access::SignedIn => None,
            Access::Scope(scope)
            | Access::ScopeOrMember(scope)
            | Access::ScopeOrSelf(scope)
            | Access::ScopeUnlessOpened(scope) => Some(scope),
        }
    }

    /// Who may call besides those with the scope, or whoever may where it asks for none: to be put in a line.
    pub const fn besides(self) -> Said {
        match self {
            Access::Open => Said { en: "Open to anyone.", zh: "无需令牌。" },
            Access::Scope(_) | Access::ScopeUnlessOpened(_) => Said { en: "", zh: "" },
            Access::ScopeOrMember(_) => {
                Said { en: ", or any member who has signed in", zh: "，或任何已登录的会员" }
            }
            Access::ScopeOrSelf(_) => Said { en: ", or the member themselves", zh: "，或会员本人" },
            Access::SignedIn => {
                Said { en: "Whoever has signed in or has a token.", zh: "任何已登录者或令牌持有者。" }
            }
        }
    }
}

/// What a sensitive operation asks for.
pub const CONFIRMED: Said = Said {
    en: "Sensitive: staff show a second factor before it, unless they did within five minutes.",
    zh: "敏感操作：员工须先完成二次验证，五分钟内有效。",
};
