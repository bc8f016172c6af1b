//! An approval as it is shown.

use compact_str::CompactString;
use jifen_program::approvals::{Approval as Stored, ApprovalState, Person};
use jifen_program::flows::action_of;
use jifen_vocab::{Code, Timestamp};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::words::{details, summary};
use crate::app::App;
use crate::call::Call;
use crate::explain;
use crate::names::{Names, Who};
use crate::problems::Problem;
use crate::scopes::Scope;
use crate::wire::{Amount, Text};

/// What was asked for waits for a second person; nothing has changed yet.
#[derive(Serialize, ToSchema)]
pub struct Waiting {
    /// The question.
    pub approval: Approval,
}

/// A question to a second person.
#[derive(Serialize, ToSchema)]
pub struct Approval {
    /// Its identifier.
    id: String,
    /// What would be done: `assign_tier`, `clear`, `data_access`, `erase`, `grant`, `publish`, `unfreeze`.
    action: String,
    /// The same, in a sentence.
    summary: Text,
    /// To what.
    object: Thing,
    /// Its particulars.
    #[schema(value_type = Object)]
    details: Value,
    /// Whom it would touch, as far as that was known when it was asked.
    impact: Option<Impact>,
    /// Why one person is not enough.
    because: Vec<Because>,
    /// `waiting`, `approved`, `declined`, `withdrawn`, `expired` or `failed`.
    state: &'static str,
    /// Who asked.
    asked_by: Who,
    /// When.
    #[schema(format = DateTime)]
    asked_at: String,
    /// Why, in their words.
    reason: String,
    /// When it is void unless somebody has decided.
    #[schema(format = DateTime)]
    expires_at: String,
    /// Who decided.
    decided_by: Option<Who>,
    /// When.
    #[schema(format = DateTime)]
    decided_at: Option<String>,
    /// What they say about it.
    note: Option<String>,
    /// Why it could not be carried out, where it was approved and failed.
    failure: Option<Failure>,
    /// Whether the caller may approve or decline it now.
    may_decide: bool,
    /// Why not: `approval-decided`, `approval-own`, `approval-role` or `forbidden`.
    why_not: Option<&'static str>,
}

/// What something is done to.
#[derive(Serialize, ToSchema)]
pub(super) struct Thing {
    /// What kind of thing, such as `member`.
    kind: String,
    /// Which.
    id: String,
}

/// Whom and what it would touch.
#[derive(Serialize, ToSchema)]
#[schema(as = ApprovalImpact)]
pub(super) struct Impact {
    /// Members.
    members: i64,
    /// Points; below zero where they are taken away.
    points: i64,
    /// What they are worth; nothing for units without a value.
    money: Option<Amount>,
}

/// A rule that asks for a second person.
#[derive(Serialize, ToSchema)]
pub(super) struct Because {
    /// `always`, `each`, `member_day`, `role_day`, `role_each`, `tier_rank` or `unusual`.
    rule: String,
    /// What may be done alone.
    maximum: Option<i64>,
    /// What it would be.
    value: Option<i64>,
}

/// Why something that was approved could not be carried out.
#[derive(Serialize, ToSchema)]
#[schema(as = ApprovalFailure)]
pub(super) struct Failure {
    /// A code of the table of problems.
    code: &'static str,
    /// In words.
    detail: Text,
}

impl Approval {
    /// The question as that caller sees it. Reads names from the store.
    pub(super) fn of(approval: &Stored, viewer: &Viewer, names: &mut Names<'_>) -> Result<Approval, Problem> {
        let app = viewer.app;
        let books = app.engine.books();
        let book = books.at(viewer.now);
        let action = action_of(approval).map_err(|stop| Problem::internal(format!("{stop:?}")))?;
        let instant = |at: Timestamp| book.zone.rfc3339(at);
        let impact = approval.impact.map(|impact| Impact {
            members: impact.members,
            points: impact.points,
            money: impact.money.map(|amount| jifen_vocab::Money { amount, currency: book.currency }.into()),
        });
        let because = |reason: &jifen_program::approvals::Reason| Because {
            rule: reason.rule.to_string(),
            maximum: reason.maximum,
            value: reason.value,
        };
        let why_not = viewer.why_not(approval, book);
        let decided_by = approval.decided_by.as_ref().map(|actor| names.who(actor)).transpose()?;
        Ok(Approval {
            id: approval.id.to_string(),
            action: approval.action.to_string(),
            summary: summary(&action, book),
            object: Thing { kind: approval.object.kind.to_string(), id: approval.object.id.to_string() },
            details: details(&action, book),
            impact,
            because: approval.because.iter().map(because).collect(),
            state: viewer.state(approval).as_str(),
            asked_by: names.who(&approval.asked_by)?,
            asked_at: instant(approval.asked_at),
            reason: approval.reason.clone(),
            expires_at: instant(approval.expires_at),
            decided_by,
            decided_at: approval.decided_at.map(instant),
            note: approval.note.clone(),
            failure: approval
                .failure
                .as_ref()
                .map(|refusal| Failure { code: refusal.code.as_str(), detail: explain::refusal(refusal) }),
            may_decide: why_not.is_none(),
            why_not,
        })
    }
}

/// Who looks at approvals, and when.
pub(super) struct Viewer<'a> {
    app: &'a App,
    person: Person,
    has_scope: bool,
    now: Timestamp,
}

impl<'a> Viewer<'a> {
    pub(super) fn of(call: &'a Call) -> Viewer<'a> {
        let has_scope = call.caller.may(Scope::ApprovalsDecide);
        Viewer { app: &call.app, person: call.person(), has_scope, now: call.app.engine.clock().now() }
    }

    /// Whose questions are theirs: what they are found by.
    pub(super) fn key(&self) -> CompactString {
        self.person.by.actor.key()
    }

    /// One whose time is over is so even before anybody has written it down.
    pub(super) fn state(&self, approval: &Stored) -> ApprovalState {
        let is_over = approval.state == ApprovalState::Waiting && self.now >= approval.expires_at;
        if is_over { ApprovalState::Expired } else { approval.state }
    }

    fn why_not(&self, approval: &Stored, book: &jifen_program::RuleBook) -> Option<&'static str> {
        if approval.check_open(self.now).is_err() {
            return Some(Code::ApprovalDecided.as_str());
        }
        if !self.has_scope {
            return Some("forbidden");
        }
        approval.check_decider(&self.person, book).err().map(|refusal| refusal.code.as_str())
    }
}
