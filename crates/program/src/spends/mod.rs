//! Spends: points that bought something, and their way back.
//!
//! Invariants: a reference spends once, for ever; what is given back goes to the lots it came from (decision 5), and
//! never more than was spent. Refusals, in order: member-unknown, unit-unknown, unit-not-spendable,
//! amount-out-of-range, wallet-frozen, insufficient-points; already-reversed.

use compact_str::CompactString;
use jifen_ledger::{Account, Cause, CauseKind, EntryKind, Pieces};
use jifen_vocab::{Code, Column, Kind, MemberId, Refusal, SpendId, Timestamp, UnitId};
use serde::{Deserialize, Serialize};

use crate::book::Books;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch, json_record};
use crate::member::Member;
use crate::wallets::{Sitting, WalletView, positive, spendable_unit};

/// Remembered answers to spends, by the caller's reference.
pub static SPEND_KEY: Kind = Kind::facts("spend_key");

/// Spends available points.
#[derive(Debug, Clone)]
pub struct Spend {
    /// Whose points.
    pub member: MemberId,
    /// The unit.
    pub unit: UnitId,
    /// How many; above zero.
    pub points: i64,
    /// For what, in the caller's words.
    pub reason: String,
    /// The caller's own name for this spend, unique in the program for ever.
    pub reference: CompactString,
    /// Of the request's content: the same reference with other content is a conflict.
    pub fingerprint: [u8; 16],
    /// Who asks: the credential.
    pub operator: CompactString,
}

/// What a spend took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// Its identifier, to give it back.
    pub id: SpendId,
    /// Whose points.
    pub member: MemberId,
    /// The unit.
    pub unit: UnitId,
    /// How many.
    pub points: i64,
    /// The caller's reference.
    pub reference: CompactString,
    /// When.
    pub at: Timestamp,
    /// The wallet afterwards.
    pub wallet: WalletView,
}

/// Gives back a spend, wholly or in part.
#[derive(Debug, Clone)]
pub struct Reverse {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Which spend.
    pub spend: SpendId,
    /// How many points; all that are left where it does not say.
    pub points: Option<i64>,
    /// Why, in the caller's words.
    pub reason: String,
    /// Who asks: the credential.
    pub operator: CompactString,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reversed {
    /// Which spend.
    pub spend: SpendId,
    /// Whose points.
    pub member: MemberId,
    /// The unit.
    pub unit: UnitId,
    /// How many came back now.
    pub points: i64,
    /// How many can still come back.
    pub left: i64,
    /// The wallet afterwards.
    pub wallet: WalletView,
}

/// What is kept of a spend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpendFact {
    /// Schema version.
    pub v: u8,
    /// Whose points.
    pub member: MemberId,
    /// The unit.
    pub unit: UnitId,
    /// How many were spent.
    pub points: i64,
    /// For what.
    pub reason: String,
    /// The caller's reference.
    pub reference: CompactString,
    /// When.
    pub at: Timestamp,
    /// Which points can still come back.
    pub left: Pieces,
    /// Why parts came back: when, how many, in the caller's words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reversals: Vec<(Timestamp, i64, String)>,
}

/// Spends, listed by member.
pub static SPEND: Kind = Kind::records("spend").listed_by(&[Column { name: "member" }]);

json_record!(SpendFact, SPEND, |record| record.member.as_str());

impl Command for Spend {
    type Outcome = Spent;

    fn identity(&self) -> Option<Identity> {
        Some(Identity { kind: &SPEND_KEY, id: self.reference.clone(), fingerprint: self.fingerprint })
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Member>(self.member.as_str());
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Spent, Stop> {
        let mut sitting = Sitting::open(desk, self.member.as_str())?;
        spendable_unit(sitting.book(), &self.unit, desk.now())?;
        let points = positive(self.points)?;
        let id = desk.new_id("spd");
        let cause = cause(CauseKind::Spend, &id, &self.operator);
        let left = sitting.ledger().spend(&self.unit, points, Account::Redeemed, EntryKind::Spend, &cause)?;
        let wallet = sitting.view();
        sitting.close(desk);
        let fact = SpendFact {
            v: 1,
            member: self.member.clone(),
            unit: self.unit.clone(),
            points: self.points,
            reason: self.reason.clone(),
            reference: self.reference.clone(),
            at: desk.now(),
            left,
            reversals: Vec::new(),
        };
        desk.write_new(&id, fact);
        Ok(Spent {
            id: SpendId::new(&id).map_err(|_| Code::LimitExceeded)?,
            member: self.member.clone(),
            unit: self.unit.clone(),
            points: self.points,
            reference: self.reference.clone(),
            at: desk.now(),
            wallet,
        })
    }
}

impl Command for Reverse {
    type Outcome = Reversed;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        let spend = self.spend.as_str();
        if !loaded.has_asked::<SpendFact>(spend) {
            keys.want::<SpendFact>(spend);
            return Touch::Again;
        }
        if let Some(fact) = loaded.peek::<SpendFact>(spend) {
            keys.want::<Member>(fact.member.as_str());
        }
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Reversed, Stop> {
        let unknown = || Refusal::new(Code::Unknown).word("spend", self.spend.as_str());
        let fact = desk.read::<SpendFact>(self.spend.as_str())?.ok_or_else(unknown)?;
        let left = jifen_ledger::points_of(&fact.left);
        if left.is_zero() {
            return Err(Refusal::new(Code::AlreadyReversed).number("left", 0).number("spent", fact.points).into());
        }
        let points = positive(self.points.unwrap_or(left.get()))?;
        if points > left {
            let refusal = Refusal::new(Code::AlreadyReversed).number("asked", points.get());
            return Err(refusal.number("left", left.get()).number("spent", fact.points).into());
        }
        let mut sitting = Sitting::open(desk, fact.member.as_str())?;
        let cause = cause(CauseKind::Spend, self.spend.as_str(), &self.operator);
        let back = sitting.ledger().give_back(&fact.unit, &fact.left, points, Account::Redeemed, &cause)?;
        let wallet = sitting.view();
        sitting.close(desk);
        let mut fact = SpendFact::clone(&fact);
        fact.left = back.left;
        fact.reversals.push((desk.now(), points.get(), self.reason.clone()));
        let reversed = Reversed {
            spend: self.spend.clone(),
            member: fact.member.clone(),
            unit: fact.unit.clone(),
            points: points.get(),
            left: jifen_ledger::points_of(&fact.left).get(),
            wallet,
        };
        desk.write(self.spend.as_str(), fact);
        Ok(reversed)
    }
}

fn cause(by: CauseKind, id: &str, operator: &CompactString) -> Cause {
    Cause { by, id: Some(CompactString::new(id)), operator: Some(operator.clone()), ..Cause::default() }
}
