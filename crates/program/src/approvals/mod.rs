//! Approvals: what takes a second person is asked for first, and carried out when somebody else agrees.
//!
//! A question holds one exact command, written down when it was asked and never changed: what is approved is what was
//! seen. It stands [`ApprovalState::Waiting`] until somebody decides, the asker withdraws it, or its time is over.
//! What an action is and how it is carried out is not known here: see [`crate::flows`].
//!
//! Invariants: nobody decides about their own question; a question is decided once; who decides has one of the roles
//! that `rights.yaml` names, and holds it where the question was asked, or above.
//! Refusals, in order: unknown, approval-decided, approval-own, approval-role.

use compact_str::CompactString;
use jifen_vocab::{Code, Column, Kind, Refusal, Timestamp, Value};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use smallvec::{SmallVec, smallvec};

use crate::audit::{Actor, By, Object};
use crate::book::{Held, RuleBook, Sensitive};
use crate::desk::Record;

/// Where a question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalState {
    /// Nobody has decided yet.
    Waiting,
    /// Somebody agreed, and it was carried out.
    Approved,
    /// Somebody said no.
    Declined,
    /// The asker took it back.
    Withdrawn,
    /// Nobody decided in time.
    Expired,
    /// Somebody agreed, and it could not be carried out.
    Failed,
}

impl ApprovalState {
    /// Every state.
    pub const ALL: &'static [ApprovalState] = &[
        ApprovalState::Waiting,
        ApprovalState::Approved,
        ApprovalState::Declined,
        ApprovalState::Withdrawn,
        ApprovalState::Expired,
        ApprovalState::Failed,
    ];

    /// The name as it is stored and written outside.
    pub const fn as_str(self) -> &'static str {
        match self {
            ApprovalState::Waiting => "waiting",
            ApprovalState::Approved => "approved",
            ApprovalState::Declined => "declined",
            ApprovalState::Withdrawn => "withdrawn",
            ApprovalState::Expired => "expired",
            ApprovalState::Failed => "failed",
        }
    }
}

/// Somebody who asks or decides: who, and with what roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who, by which request.
    pub by: By,
    /// Roles, of staff.
    pub roles: Vec<Held>,
    /// Whether ceilings and approvals are not for them: whoever has a sandbox's token.
    pub exempt: bool,
}

/// Why one person is not enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Which rule: `always`, `each`, `member_day`, `role_day`, `role_each`, `tier_rank`, `unusual`.
    pub rule: CompactString,
    /// What may be done alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
    /// What it would be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<i64>,
}

/// Whom and what it would touch, as far as that was known when it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Impact {
    /// Members.
    pub members: i64,
    /// Points; below zero where they are taken away.
    pub points: i64,
    /// What they are worth, in minor units; nothing for units without a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub money: Option<i64>,
}

/// A question to a second person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Approval {
    /// Schema version.
    pub v: u8,
    /// Its identifier.
    pub id: CompactString,
    /// What would be done: a word of `rights.yaml`.
    pub action: CompactString,
    /// The exact command.
    pub command: Box<RawValue>,
    /// To what it would be done.
    pub object: Object,
    /// Whom it would touch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<Impact>,
    /// Why one person is not enough.
    pub because: Vec<Reason>,
    /// Where it stands.
    pub state: ApprovalState,
    /// Who asked.
    pub asked_by: Actor,
    /// Where in the organization they asked; none for the whole company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<CompactString>,
    /// When.
    pub asked_at: Timestamp,
    /// Why, in a person's words.
    pub reason: String,
    /// When it is void unless somebody has decided; of a permission that was given, when that ends.
    pub expires_at: Timestamp,
    /// Who decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<Actor>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
    /// What who decided says about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Why it could not be carried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Refusal>,
    /// When a permission was last made use of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_at: Option<Timestamp>,
}

/// Questions, by state and by who asked; waiting ones wake when their time is over.
pub static APPROVAL: Kind = Kind {
    alarmed: true,
    ..Kind::records("approval").listed_by(&[Column { name: "state" }, Column { name: "asker" }])
};

impl Record for Approval {
    const KIND: &'static Kind = &APPROVAL;

    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        serde_json::to_writer(out, self)
    }

    fn due_at(&self) -> Option<Timestamp> {
        (self.state == ApprovalState::Waiting).then_some(self.expires_at)
    }

    fn columns(&self) -> SmallVec<[Value; 2]> {
        smallvec![Value::Text(CompactString::const_new(self.state.as_str())), Value::Text(self.asked_by.key())]
    }
}

impl Approval {
    /// What would be done, as `rights.yaml` calls it; none for a word that this build does not know.
    pub fn sensitive(&self) -> Option<Sensitive> {
        Sensitive::WORDS.iter().find(|(word, _)| *word == self.action).map(|(_, action)| *action)
    }

    /// Whether it can be decided now.
    ///
    /// # Errors
    /// `approval-decided`, with the state.
    pub fn check_open(&self, now: Timestamp) -> Result<(), Refusal> {
        let state = match self.state {
            ApprovalState::Waiting if now >= self.expires_at => ApprovalState::Expired,
            state => state,
        };
        if state == ApprovalState::Waiting {
            return Ok(());
        }
        Err(Refusal::new(Code::ApprovalDecided).word("state", state.as_str()))
    }

    /// Whether that person may say yes or no to it.
    ///
    /// # Errors
    /// `approval-own`, `approval-role`.
    pub fn check_decider(&self, person: &Person, book: &RuleBook) -> Result<(), Refusal> {
        if person.by.actor == self.asked_by {
            return Err(Refusal::new(Code::ApprovalOwn));
        }
        if person.exempt {
            return Ok(());
        }
        // Where a later book dropped the terms, nobody decides: the question runs out, and nothing opens by itself.
        let terms = self.sensitive().and_then(|action| book.rights.approval(action));
        if terms.is_some_and(|terms| terms.lets(&person.roles, self.place.as_deref(), &book.organization)) {
            return Ok(());
        }
        let by = terms.map(|terms| terms.by.as_slice()).unwrap_or_default();
        let refusal = Refusal::new(Code::ApprovalRole).word("roles", &by.join(", "));
        Err(match &self.place {
            Some(place) => refusal.word("place", place),
            None => refusal,
        })
    }

    /// Notes who decided what.
    pub fn decide(&mut self, state: ApprovalState, by: &Actor, note: Option<&str>, now: Timestamp) {
        self.state = state;
        self.decided_by = Some(by.clone());
        self.decided_at = Some(now);
        self.note = note.map(str::trim).filter(|note| !note.is_empty()).map(str::to_owned);
    }
}

impl Person {
    /// The place of what they ask for: none where a role of theirs holds everywhere, else that of their first role.
    pub fn place(&self) -> Option<CompactString> {
        let is_everywhere = self.roles.iter().any(|held| held.place.is_none());
        self.roles.first().filter(|_| !is_everywhere).and_then(|held| held.place.clone())
    }
}
