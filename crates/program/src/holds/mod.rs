//! Holds: points set aside, then spent (captured, also in parts) or set free.
//!
//! Invariants: a hold ends exactly once; its points stay in their lots meanwhile; one that runs out is set free at its
//! instant, and what has lapsed by then lapses at once (decision 7). Refusals, in order: member-unknown, unit-unknown,
//! unit-not-spendable, amount-out-of-range, wallet-frozen, insufficient-points; unknown, hold-not-open.

use compact_str::CompactString;
use jifen_ledger::{Account, Cause, CauseKind};
use jifen_vocab::{Code, Column, HoldId, Kind, MemberId, Points, Refusal, Timestamp, UnitId};
use serde::{Deserialize, Serialize};

use crate::book::Books;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch, json_record};
use crate::member::Member;
use crate::wallets::{Sitting, WalletView, positive, spendable_unit};

/// Sets points aside.
#[derive(Debug, Clone)]
pub struct PlaceHold {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Whose points.
    pub member: MemberId,
    /// The unit.
    pub unit: UnitId,
    /// How many; above zero.
    pub points: i64,
    /// For what, in the caller's words.
    pub reason: String,
    /// Until when; the program's default where it does not say.
    pub expires_at: Option<Timestamp>,
    /// Who asks: the credential.
    pub operator: CompactString,
}

/// Spends points of a hold; the rest stays held.
#[derive(Debug, Clone)]
pub struct CaptureHold {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Which hold.
    pub hold: HoldId,
    /// How many points; all that are held where it does not say.
    pub points: Option<i64>,
    /// Who asks: the credential.
    pub operator: CompactString,
}

/// Sets the points of a hold free.
#[derive(Debug, Clone)]
pub struct ReleaseHold {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Which hold.
    pub hold: HoldId,
    /// Who asks: the credential.
    pub operator: CompactString,
}

/// Where a hold stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldView {
    /// Its identifier.
    pub id: HoldId,
    /// Whose points.
    pub member: MemberId,
    /// The unit.
    pub unit: UnitId,
    /// Points that were set aside.
    pub points: i64,
    /// Points still held.
    pub held: i64,
    /// Points spent so far.
    pub captured: i64,
    /// When what is left is set free.
    pub expires_at: Timestamp,
    /// The wallet afterwards.
    pub wallet: WalletView,
}

/// What is kept of a hold. How much is still held, the wallet knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldFact {
    /// Schema version.
    pub v: u8,
    /// Whose points.
    pub member: MemberId,
    /// The unit.
    pub unit: UnitId,
    /// How many were set aside.
    pub points: i64,
    /// For what.
    pub reason: String,
    /// When it was placed.
    pub at: Timestamp,
    /// When what is left is set free.
    pub expires_at: Timestamp,
    /// Points spent so far.
    #[serde(default)]
    pub captured: i64,
}

/// Holds, listed by member.
pub static HOLD: Kind = Kind::records("hold").listed_by(&[Column { name: "member" }]);

json_record!(HoldFact, HOLD, |record| record.member.as_str());

impl Command for PlaceHold {
    type Outcome = HoldView;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Member>(self.member.as_str());
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<HoldView, Stop> {
        let mut sitting = Sitting::open(desk, self.member.as_str())?;
        spendable_unit(sitting.book(), &self.unit, desk.now())?;
        let points = positive(self.points)?;
        let now = desk.now();
        let default = now.plus_millis(i64::from(sitting.book().hold_hours) * 3_600_000);
        let expires_at = self.expires_at.unwrap_or(default);
        if expires_at <= now {
            return Err(Refusal::field("/expires_at", "lie in the future").into());
        }
        let id = HoldId::new(&desk.new_id("hld")).map_err(|_| Code::LimitExceeded)?;
        let cause = cause(&id, &self.operator);
        sitting.ledger().hold(&self.unit, points, &id, Some(expires_at), &cause)?;
        let fact = HoldFact {
            v: 1,
            member: self.member.clone(),
            unit: self.unit.clone(),
            points: self.points,
            reason: self.reason.clone(),
            at: now,
            expires_at,
            captured: 0,
        };
        let view = view(&id, &fact, &mut sitting);
        sitting.close(desk);
        desk.write_new(id.as_str(), fact);
        Ok(view)
    }
}

impl Command for CaptureHold {
    type Outcome = HoldView;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        through_hold(&self.hold, loaded, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<HoldView, Stop> {
        let (mut fact, mut sitting, held) = open(desk, &self.hold)?;
        let points = positive(self.points.unwrap_or(held.get()))?;
        let cause = cause(&self.hold, &self.operator);
        sitting.ledger().capture(&self.hold, points, Account::Redeemed, &cause)?;
        fact.captured += points.get();
        let view = view(&self.hold, &fact, &mut sitting);
        sitting.close(desk);
        desk.write(self.hold.as_str(), fact);
        Ok(view)
    }
}

impl Command for ReleaseHold {
    type Outcome = HoldView;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        through_hold(&self.hold, loaded, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<HoldView, Stop> {
        let (fact, mut sitting, _) = open(desk, &self.hold)?;
        let cause = cause(&self.hold, &self.operator);
        sitting.ledger().unhold(&self.hold, &cause)?;
        let view = view(&self.hold, &fact, &mut sitting);
        sitting.close(desk);
        Ok(view)
    }
}

/// A hold is met by its own id, and its member through it.
fn through_hold(hold: &HoldId, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
    if !loaded.has_asked::<HoldFact>(hold.as_str()) {
        keys.want::<HoldFact>(hold.as_str());
        return Touch::Again;
    }
    if let Some(fact) = loaded.peek::<HoldFact>(hold.as_str()) {
        keys.want::<Member>(fact.member.as_str());
    }
    Touch::Done
}

/// The hold, its member's wallet settled to now, and what is still held.
fn open(desk: &Desk<'_>, hold: &HoldId) -> Result<(HoldFact, Sitting, Points), Stop> {
    let unknown = || Refusal::new(Code::Unknown).word("hold", hold.as_str());
    let fact = desk.read::<HoldFact>(hold.as_str())?.ok_or_else(unknown)?;
    let mut sitting = Sitting::open(desk, fact.member.as_str())?;
    let held = sitting.ledger().wallet().hold(hold).map(|(_, held)| held);
    let not_open = || Refusal::new(Code::HoldNotOpen).word("hold", hold.as_str()).number("captured", fact.captured);
    let held = held.ok_or_else(not_open)?;
    Ok((HoldFact::clone(&fact), sitting, held))
}

fn view(id: &HoldId, fact: &HoldFact, sitting: &mut Sitting) -> HoldView {
    let wallet = sitting.view();
    let held = sitting.member.body.wallet.hold(id).map_or(0, |(_, held)| held.get());
    HoldView {
        id: id.clone(),
        member: fact.member.clone(),
        unit: fact.unit.clone(),
        points: fact.points,
        held,
        captured: fact.captured,
        expires_at: fact.expires_at,
        wallet,
    }
}

fn cause(hold: &HoldId, operator: &CompactString) -> Cause {
    Cause {
        by: CauseKind::Hold,
        id: Some(CompactString::new(hold.as_str())),
        operator: Some(operator.clone()),
        ..Cause::default()
    }
}
