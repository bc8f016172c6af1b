//! Extensions: a date on which points lapse is put off, and points that lapsed of late come back.
//!
//! A member puts each date off once, by the days and for the part of the points that the rule book says (EXP-08).
//! Customer service does it for a reason and up to a ceiling, and may bring back what lapsed a few days ago (EXP-17).
//! Refusals, in order: member-unknown, unit-unknown, invalid-field, extension-unavailable, wallet-frozen,
//! insufficient-points.

mod outlook;

use compact_str::CompactString;
use jifen_ledger::{Account, Cause, CauseKind, Dated, EntryKind, Grant};
use jifen_vocab::{Column, Kind, MemberId, Points, Refusal, Timestamp, UnitId, limits};
use serde::{Deserialize, Serialize};

use crate::audit::{self, ActorKind, By, Line};
use crate::book::Books;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch, json_record};
use crate::member::Member;
use crate::wallets::{Sitting, WalletView, unit_unknown};

pub use outlook::{Coming, Gone, Offer, Outlook, Which, Why, outlook};

/// Puts a date off, or brings back what lapsed.
#[derive(Debug, Clone)]
pub struct Extend {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Whose points.
    pub member: MemberId,
    /// The unit; the program's own where it does not say.
    pub unit: Option<UnitId>,
    /// Which points.
    pub which: Which,
    /// By how many days, where customer service says so.
    pub days: Option<u16>,
    /// Why, in a person's words; members need none.
    pub reason: Option<String>,
    /// Who asks.
    pub by: By,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extended {
    /// Its identifier.
    pub id: CompactString,
    /// Whose points.
    pub member: MemberId,
    /// The unit.
    pub unit: UnitId,
    /// How many points have a later date.
    pub points: i64,
    /// How many it cost.
    pub fee: i64,
    /// Which points they were.
    pub which: Which,
    /// When they lapse now.
    pub expires_at: Timestamp,
    /// The wallet afterwards.
    pub wallet: WalletView,
}

/// What is kept of an extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// Schema version.
    pub v: u8,
    /// Whose points.
    pub member: MemberId,
    /// The unit.
    pub unit: UnitId,
    /// How many.
    pub points: i64,
    /// How many it cost.
    pub fee: i64,
    /// Which points they were.
    pub which: Which,
    /// When they lapse since.
    pub expires_at: Timestamp,
    /// Why, where customer service did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who.
    pub by: CompactString,
    /// When.
    pub at: Timestamp,
}

/// Extensions, listed by member.
pub static EXTENSION: Kind = Kind::facts("extension").listed_by(&[Column { name: "member" }]);

json_record!(Extension, EXTENSION, |record| record.member.as_str());

impl Command for Extend {
    type Outcome = Extended;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Member>(self.member.as_str());
        if !self.is_members_own() {
            audit::want(keys);
        }
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Extended, Stop> {
        let mut sitting = Sitting::open(desk, self.member.as_str())?;
        sitting.ledger();
        let book = sitting.book().clone();
        let unit = self.unit.clone().unwrap_or_else(|| book.default_unit.clone());
        let known = book.unit(unit.as_str()).ok_or_else(|| unit_unknown(&book, &unit))?;
        let reason = self.reason()?;
        sitting.remember_lapses();
        let offer = outlook::offer(&sitting.member, &book, known, self.which, self.asked(), desk.now())?;
        let id = desk.new_id("ext");
        let cause = Cause {
            by: CauseKind::Adjustment,
            id: Some(id.clone()),
            operator: Some(self.by.id().clone()),
            ..Cause::default()
        };
        if offer.fee > 0 {
            let fee = Points::new(offer.fee);
            sitting.ledger().spend(&unit, fee, Account::Fees, EntryKind::Spend, &cause)?;
        }
        let points = self.carry_out(&mut sitting, &unit, &offer, &cause)?;
        let wallet = sitting.view();
        sitting.close(desk);
        let extension = Extension {
            v: 1,
            member: self.member.clone(),
            unit: unit.clone(),
            points,
            fee: offer.fee,
            which: self.which,
            expires_at: offer.expires_at,
            reason: reason.map(str::to_owned),
            by: self.by.actor.key(),
            at: desk.now(),
        };
        desk.write_new(&id, extension);
        if let Some(reason) = reason.filter(|_| !self.is_members_own()) {
            let line = Line::new("points.extend", "member", self.member.as_str()).after("extension", id.as_str());
            let line = line.after("unit", unit.as_str()).after("points", points);
            audit::write(desk, &self.by, line.after("expires_at", offer.expires_at.as_millis()).because(reason))?;
        }
        let (member, which, fee, expires_at) = (self.member.clone(), self.which, offer.fee, offer.expires_at);
        Ok(Extended { id, member, unit, points, fee, which, expires_at, wallet })
    }
}

impl Extend {
    fn is_members_own(&self) -> bool {
        self.by.actor.kind == ActorKind::Member
    }

    /// Who asks and for how long.
    fn asked(&self) -> outlook::Asked {
        if self.is_members_own() { outlook::Asked::Member } else { outlook::Asked::Staff(self.days) }
    }

    /// The reason that customer service gives.
    fn reason(&self) -> Result<Option<&str>, Refusal> {
        let reason = self.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
        let long = reason.is_some_and(|reason| reason.chars().count() > limits::REASON_LEN_MAX);
        if long || (reason.is_none() && !self.is_members_own()) {
            return Err(Refusal::field("/reason", "have 1 to 500 characters"));
        }
        if self.is_members_own() && self.days.is_some() {
            return Err(Refusal::field("/days", "be left out"));
        }
        Ok(reason)
    }

    fn carry_out(&self, sitting: &mut Sitting, unit: &UnitId, offer: &Offer, cause: &Cause) -> Result<i64, Stop> {
        let to = offer.expires_at;
        match self.which {
            Which::Expiring(from) => {
                let anew = !self.is_members_own();
                Ok(sitting.ledger().prolong(unit, from, to, anew, cause).get())
            }
            Which::Lapsed(at) => {
                sitting.member.body.lapses.retain(|(of, lapsed, _)| of != unit || *lapsed != at);
                let effective_at = sitting.ledger().now();
                sitting.ledger().grant(Grant {
                    unit: unit.clone(),
                    points: Points::new(offer.points),
                    effective_at,
                    dated: Dated::At(Some(to)),
                    release: None,
                    kind: EntryKind::Adjust,
                    cause: cause.clone(),
                })?;
                Ok(offer.points)
            }
        }
    }
}
