//! Who does something.

use compact_str::{CompactString, format_compact};
use serde::{Deserialize, Serialize};

/// What kind of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// An API client.
    Client,
    /// Whoever may use the server's own machine.
    CommandLine,
    /// A member.
    Member,
    /// Whoever has a sandbox's token.
    Sandbox,
    /// A person of the company.
    Staff,
    /// The product itself, when time has come.
    System,
}

impl ActorKind {
    /// The name as it is stored and written outside.
    pub const fn as_str(self) -> &'static str {
        match self {
            ActorKind::Client => "client",
            ActorKind::CommandLine => "command_line",
            ActorKind::Member => "member",
            ActorKind::Sandbox => "sandbox",
            ActorKind::Staff => "staff",
            ActorKind::System => "system",
        }
    }
}

/// Somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// What kind of somebody.
    pub kind: ActorKind,
    /// Who: the identifier among those of the kind.
    pub id: CompactString,
}

impl Actor {
    /// Kind and identifier, as lines are found by it: `staff:lin`.
    pub fn key(&self) -> CompactString {
        format_compact!("{}:{}", self.kind.as_str(), self.id)
    }
}

/// Who does something, by which request, with whose approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct By {
    /// Who.
    pub actor: Actor,
    /// The request's identifier, as answers and logs have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<CompactString>,
    /// The approval it was done with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<CompactString>,
}

impl By {
    /// Somebody, outside of any request.
    pub fn new(kind: ActorKind, id: &str) -> By {
        By { actor: Actor { kind, id: CompactString::new(id) }, request: None, approval: None }
    }

    /// Whoever may use the server's own machine.
    pub fn command_line() -> By {
        By::new(ActorKind::CommandLine, "command-line")
    }

    /// The product itself.
    pub fn system() -> By {
        By::new(ActorKind::System, "system")
    }

    /// The credential, as entries and records name it.
    pub fn id(&self) -> &CompactString {
        &self.actor.id
    }
}
