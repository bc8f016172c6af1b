//! What a token may do.

use crate::language::Said;

macro_rules! scopes {
    ($($name:ident = $text:literal, $en:literal, $zh:literal;)*) => {
        /// A right that a token has or lacks.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Scope {$(
            #[doc = $en]
            $name,
        )*}

        impl Scope {
            /// Every scope, by name.
            pub const ALL: &'static [Scope] = &[$(Scope::$name),*];

            /// The name, as API clients have it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Scope::$name => $text,)* }
            }

            /// What it allows.
            pub const fn about(self) -> Said {
                match self { $(Scope::$name => Said { en: $en, zh: $zh },)* }
            }
        }
    };
}

scopes! {
    ClientsRead = "clients:read", "See API clients.", "查看 API 客户端。";
    ClientsWrite = "clients:write", "Register API clients and take their access away.", "登记和停用 API 客户端。";
    EventsWrite = "events:write", "Report what members do.", "上报会员行为事件。";
    MembersRead = "members:read", "See members, without personal data.", "查看会员（不含个人信息）。";
    MembersWrite = "members:write", "Enroll members and assign tiers.", "登记会员、调整等级。";
    MetricsRead = "metrics:read", "Read operating figures.", "读取运行指标。";
    PersonalRead = "personal:read", "See personal data of members.", "查看会员的个人信息。";
    PointsAdjust = "points:adjust", "Add points and take them away by hand.", "手工增减积分。";
    PointsHold = "points:hold", "Hold points, capture and release them.", "预留、扣除和释放积分。";
    PointsSpend = "points:spend", "Spend points and give them back.", "使用和退还积分。";
    ProgramRead = "program:read", "Read the rule book and its history.", "查看规则及其历史。";
    ReportsRead = "reports:read", "Read sums over all members.", "查看全体会员的汇总数据。";
    ReviewsRead = "reviews:read", "See what waits for a person's review.", "查看等待人工审核的事项。";
    ReviewsWrite = "reviews:write", "Decide what waits for a person's review.", "审核等待处理的事项。";
    Sandbox = "sandbox", "Move the clock of a sandbox.", "调整沙箱时钟。";
    WalletsRead = "wallets:read", "See wallets and their entries.", "查看钱包和积分明细。";
}

impl utoipa::PartialSchema for Scope {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        let names = Scope::ALL.iter().map(|scope| scope.as_str());
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .enum_values(Some(names))
            .into()
    }
}

impl utoipa::ToSchema for Scope {}

impl Scope {
    /// The scope of that name.
    pub fn named(name: &str) -> Option<Scope> {
        Scope::ALL.iter().copied().find(|scope| scope.as_str() == name)
    }
}

/// A set of scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u32);

impl Scopes {
    /// Every scope there is.
    pub const EVERYTHING: Scopes = Scopes(u32::MAX);

    /// Whether the scope is in the set.
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u32) != 0
    }

    /// The scopes with those names; names this build does not know allow nothing.
    pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Scopes {
        let known = names.into_iter().filter_map(Scope::named);
        Scopes(known.fold(0, |set, scope| set | 1 << scope as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_sorted_and_found_by_name() {
        assert!(Scope::ALL.is_sorted_by_key(|scope| scope.as_str()));
        assert!(Scope::ALL.len() < 32);
        let set = Scopes::named(["points:hold", "no:such"]);
        assert!(set.has(Scope::PointsHold) && !set.has(Scope::PointsSpend));
    }
}
