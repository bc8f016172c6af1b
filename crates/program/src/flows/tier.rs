//! A member is put into another tier: by a person, or by the company's CRM (EARN-07). It counts at once.
//!
//! An upgrade extends points already held to the better validity; a downgrade never shortens a promise (decision 8).
//! The reason, which is free text, stays out of the journal and has a record of its own.

use compact_str::CompactString;
use jifen_ledger::{Cause, CauseKind};
use jifen_vocab::{Column, Kind, MemberId, Refusal, TierId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::audit::{self, By, Line};
use crate::book::Books;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch, json_record};
use crate::member::Member;
use crate::wallets::{Sitting, WalletView};

/// Puts a member into a tier.
#[derive(Debug, Clone)]
pub struct AssignTier {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Who.
    pub member: MemberId,
    /// Into which tier.
    pub tier: TierId,
    /// Why, in a person's words.
    pub reason: String,
    /// Who asks.
    pub by: By,
}

/// What is kept of a change of tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierChange {
    /// Schema version.
    pub v: u8,
    /// Who.
    pub member: MemberId,
    /// The tier before.
    pub before: TierId,
    /// The tier since then.
    pub tier: TierId,
    /// Why, in a person's words.
    pub reason: String,
    /// Who asked: the credential.
    pub operator: CompactString,
    /// Since when.
    pub at: Timestamp,
}

/// Changes of tier, listed by member.
pub static TIER_CHANGE: Kind = Kind::facts("tier_change").listed_by(&[Column { name: "member" }]);

json_record!(TierChange, TIER_CHANGE, |record| record.member.as_str());

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assigned {
    /// Who.
    pub member: MemberId,
    /// The tier before.
    pub before: TierId,
    /// The tier now.
    pub tier: TierId,
    /// Since when.
    pub at: Timestamp,
    /// The wallet afterwards: points may live longer.
    pub wallet: WalletView,
}

impl Command for AssignTier {
    type Outcome = Assigned;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Member>(self.member.as_str());
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Assigned, Stop> {
        let mut sitting = Sitting::open(desk, self.member.as_str())?;
        let book = sitting.book().clone();
        if book.tiers.iter().all(|tier| tier.id != self.tier) {
            let known: Vec<&str> = book.tiers.iter().map(|tier| tier.id.as_str()).collect();
            return Err(Refusal::field("/tier", &format!("be one of {}", known.join(", "))).into());
        }
        let before = sitting.member.body.tier.clone();
        let now = desk.now();
        if before != self.tier {
            sitting.ledger();
            sitting.member.set_tier(self.tier.clone(), now);
            self.extend(&mut sitting, &before);
        }
        let wallet = sitting.view();
        sitting.close(desk);
        if before != self.tier {
            let day = book.zone.day_of(now);
            desk.count("tier_moves", day, CompactString::new(before.as_str()), -1);
            desk.count("tier_moves", day, CompactString::new(self.tier.as_str()), 1);
            let id = desk.new_id("tier");
            desk.write_new(&id, self.record(before.clone(), now));
            let line = Line::new("tiers.assign", "member", self.member.as_str()).before("tier", before.as_str());
            audit::write(desk, &self.by, line.after("tier", self.tier.as_str()).because(&self.reason))?;
        }
        Ok(Assigned { member: self.member.clone(), before, tier: self.tier.clone(), at: now, wallet })
    }
}

impl AssignTier {
    fn record(&self, before: TierId, at: Timestamp) -> TierChange {
        TierChange {
            v: 1,
            member: self.member.clone(),
            before,
            tier: self.tier.clone(),
            reason: self.reason.clone(),
            operator: self.by.id().clone(),
            at,
        }
    }

    fn extend(&self, sitting: &mut Sitting, before: &TierId) {
        let book = sitting.book().clone();
        let (old, new) = (book.tier(before.as_str()), book.tier(self.tier.as_str()));
        if new.rank <= old.rank {
            return;
        }
        let cause = Cause { by: CauseKind::Adjustment, operator: Some(self.by.id().clone()), ..Cause::default() };
        for unit in &book.units {
            let validity = book.validity(unit, new);
            if validity == book.validity(unit, old) {
                continue;
            }
            sitting.ledger().extend(&unit.id, &cause, |lot| validity.expires_at(lot.earned_last(), &book.zone));
        }
    }
}
