//! Clearing: all available points of a unit are taken away from a member.
//!
//! Pending and held points stay, and so does a debt. The reason, which is free text, stays out of the journal.
//! Refusals, in order: member-unknown, unit-unknown, invalid-field, insufficient-points where there is nothing.

use compact_str::CompactString;
use jifen_ledger::{Cause, CauseKind};
use jifen_vocab::{Code, MemberId, Refusal, UnitId, limits};
use serde::{Deserialize, Serialize};

use crate::audit::{self, By, Line};
use crate::book::Books;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::member::Member;
use crate::wallets::{Sitting, WalletView, unit_unknown};

/// Takes all available points of a unit away.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Clear {
    /// The key it came with.
    #[serde(skip)]
    pub request: Option<RequestKey>,
    /// Whose points.
    pub member: MemberId,
    /// The unit.
    pub unit: UnitId,
    /// Why, in a person's words.
    pub reason: String,
    /// Who clears.
    pub by: By,
}

/// What was cleared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cleared {
    /// Its identifier.
    pub id: CompactString,
    /// Whose points.
    pub member: MemberId,
    /// The unit.
    pub unit: UnitId,
    /// How many were taken away.
    pub points: i64,
    /// The wallet afterwards.
    pub wallet: WalletView,
}

impl Command for Clear {
    type Outcome = Cleared;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Member>(self.member.as_str());
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Cleared, Stop> {
        let mut sitting = Sitting::open(desk, self.member.as_str())?;
        if sitting.book().unit(self.unit.as_str()).is_none() {
            return Err(unit_unknown(sitting.book(), &self.unit).into());
        }
        if self.reason.trim().is_empty() || self.reason.chars().count() > limits::REASON_LEN_MAX {
            return Err(Refusal::field("/reason", "have 1 to 500 characters").into());
        }
        let id = desk.new_id("clr");
        let cause = Cause {
            by: CauseKind::Adjustment,
            id: Some(id.clone()),
            operator: Some(self.by.id().clone()),
            ..Cause::default()
        };
        let points = sitting.ledger().forfeit(&self.unit, &cause).get();
        if points == 0 {
            return Err(Refusal::new(Code::InsufficientPoints).number("available", 0).number("required", 1).into());
        }
        let wallet = sitting.view();
        sitting.close(desk);
        let line = Line::new("points.clear", "member", self.member.as_str()).before("available", points);
        let line = line.after("available", 0).after("unit", self.unit.as_str()).after("clearing", id.as_str());
        audit::write(desk, &self.by, line.because(&self.reason))?;
        Ok(Cleared { id, member: self.member.clone(), unit: self.unit.clone(), points, wallet })
    }
}
