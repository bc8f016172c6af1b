//! Adjustments: a person adds points to a wallet or takes available ones away, for a reason.
//!
//! Invariants: never below zero; not counted in caps; the reason, which is free text, stays out of the journal.
//! Refusals, in order: member-unknown, unit-unknown, amount-out-of-range, insufficient-points, limit-exceeded.

mod ceiling;
mod tally;

use compact_str::CompactString;
use jifen_ledger::{Cause, CauseKind, Dated, EntryKind, Grant};
use jifen_vocab::{Code, Column, Kind, MemberId, Points, Refusal, Timestamp, UnitId, limits};
use serde::{Deserialize, Serialize};

use crate::audit::{self, By, Line};
use crate::book::Books;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch, json_record};
use crate::member::Member;
use crate::wallets::{Sitting, WalletView, unit_unknown};

pub use ceiling::Beyond;
pub use tally::{ADJUSTED_ALONE, AdjustedAlone, USUAL_ADJUSTMENT, UsualAdjustment};

/// Adds points (above zero) or takes them away (below zero).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Adjust {
    /// The key it came with.
    #[serde(skip)]
    pub request: Option<RequestKey>,
    /// Whose points.
    pub member: MemberId,
    /// The unit.
    pub unit: UnitId,
    /// How many; not zero.
    pub points: i64,
    /// Why, in a person's words.
    pub reason: String,
    /// When added points lapse, where it is not the unit's validity for this member.
    pub expires_at: Option<Timestamp>,
    /// Who adjusts.
    pub by: By,
}

/// What an adjustment did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjusted {
    /// Its identifier.
    pub id: CompactString,
    /// Whose points.
    pub member: MemberId,
    /// The unit.
    pub unit: UnitId,
    /// How many.
    pub points: i64,
    /// When added points lapse; none for never, or for points taken away.
    pub expires_at: Option<Timestamp>,
    /// The wallet afterwards.
    pub wallet: WalletView,
}

/// What is kept of an adjustment: the journal holds no free text, so the reason is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjustment {
    /// Schema version.
    pub v: u8,
    /// Whose points.
    pub member: MemberId,
    /// The unit.
    pub unit: UnitId,
    /// How many.
    pub points: i64,
    /// Why, in a person's words.
    pub reason: String,
    /// Who.
    pub operator: CompactString,
    /// When.
    pub at: Timestamp,
}

/// Adjustments, listed by member.
pub static ADJUSTMENT: Kind = Kind::facts("adjustment").listed_by(&[Column { name: "member" }]);

json_record!(Adjustment, ADJUSTMENT, |record| record.member.as_str());

impl Command for Adjust {
    type Outcome = Adjusted;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Member>(self.member.as_str());
        tally::want(&self.by, &self.unit, keys);
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Adjusted, Stop> {
        let mut sitting = Sitting::open(desk, self.member.as_str())?;
        if sitting.book().unit(self.unit.as_str()).is_none() {
            return Err(unit_unknown(sitting.book(), &self.unit).into());
        }
        self.check()?;
        let before = available(&mut sitting, &self.unit);
        let id = desk.new_id("adj");
        let cause = self.cause(&id);
        let expires_at = if self.points > 0 {
            self.add(&mut sitting, cause)?
        } else {
            sitting.ledger().adjust_down(&self.unit, Points::new(-self.points), &cause)?;
            None
        };
        let wallet = sitting.view();
        let after = available(&mut sitting, &self.unit);
        self.note(desk, &mut sitting.member)?;
        sitting.close(desk);
        desk.write_new(&id, self.record(desk.now()));
        audit::write(desk, &self.by, self.line(&id, before, after))?;
        Ok(Adjusted {
            id,
            member: self.member.clone(),
            unit: self.unit.clone(),
            points: self.points,
            expires_at,
            wallet,
        })
    }
}

impl Adjust {
    fn check(&self) -> Result<(), Refusal> {
        if self.points == 0 {
            return Err(Refusal::field("/points", "not be zero"));
        }
        if self.points.unsigned_abs() > limits::AMOUNT_MAX.unsigned_abs() {
            return Err(Refusal::new(Code::AmountOutOfRange).at("/points").number("limit", limits::AMOUNT_MAX));
        }
        if self.reason.trim().is_empty() || self.reason.chars().count() > limits::REASON_LEN_MAX {
            return Err(Refusal::field("/reason", "have 1 to 500 characters"));
        }
        Ok(())
    }

    fn add(&self, sitting: &mut Sitting, cause: Cause) -> Result<Option<Timestamp>, Refusal> {
        let book = sitting.book().clone();
        let now = sitting.ledger().now();
        if self.expires_at.is_some_and(|at| at <= now) {
            return Err(Refusal::field("/expires_at", "lie in the future"));
        }
        let unit = book.unit(self.unit.as_str()).ok_or(Refusal::new(Code::UnitUnknown))?;
        let expires_at = match self.expires_at {
            Some(at) => Some(at),
            None => book.validity(unit, book.tier(sitting.member.body.tier.as_str())).expires_at(now, &book.zone),
        };
        let granted = sitting.ledger().grant(Grant {
            unit: self.unit.clone(),
            points: Points::new(self.points),
            effective_at: now,
            dated: Dated::At(expires_at),
            release: None,
            kind: EntryKind::Adjust,
            cause,
        })?;
        Ok(granted.expires_at)
    }

    fn cause(&self, id: &CompactString) -> Cause {
        Cause {
            by: CauseKind::Adjustment,
            id: Some(id.clone()),
            operator: Some(self.by.id().clone()),
            ..Cause::default()
        }
    }

    fn line(&self, id: &str, before: i64, after: i64) -> Line {
        Line::new("points.adjust", "member", self.member.as_str())
            .before("available", before)
            .after("available", after)
            .after("adjustment", id)
            .after("unit", self.unit.as_str())
            .after("points", self.points)
            .because(&self.reason)
    }

    fn record(&self, at: Timestamp) -> Adjustment {
        Adjustment {
            v: 1,
            member: self.member.clone(),
            unit: self.unit.clone(),
            points: self.points,
            reason: self.reason.clone(),
            operator: self.by.id().clone(),
            at,
        }
    }
}

fn available(sitting: &mut Sitting, unit: &UnitId) -> i64 {
    sitting.view().unit(unit).map_or(0, |unit| unit.available.get())
}
