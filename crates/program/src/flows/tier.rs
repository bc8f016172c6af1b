//! A member is put into another tier: by a person, or by the company's CRM (EARN-07). It counts at once. Above a rank that
//! `rights.yaml` names, a person does not do it alone.
//!
//! An upgrade extends points already held to the better validity; a downgrade never shortens a promise (decision 8).
//! The reason, which is free text, stays out of the journal and has a record of its own.

use jifen_vocab::{MemberId, Refusal, TierId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::adjustments::Beyond;
use crate::audit::{self, ActorKind, By, Line};
use crate::book::{Books, RuleBook};
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RecordFault, RequestKey, Stop, Touch};
use crate::member::Member;
use crate::tiers::{ChangeCause, Why};
use crate::wallets::{Sitting, WalletView};

/// Puts a member into a tier.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AssignTier {
    /// The key it came with.
    #[serde(skip)]
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

impl AssignTier {
    /// The ceiling that a person who raises the member goes beyond; nothing where one person is enough. The company's own
    /// systems say what its CRM has decided.
    pub(super) fn beyond(&self, desk: &Desk<'_>) -> Result<Option<Beyond>, RecordFault> {
        let book = desk.books().at(desk.now());
        let Some(maximum) = book.rights.tier_rank.filter(|_| self.by.actor.kind != ActorKind::Client) else {
            return Ok(None);
        };
        let Some(value) = rank_of(book, &self.tier).filter(|rank| *rank > maximum) else { return Ok(None) };
        let member = desk.read::<Member>(self.member.as_str())?;
        let is_raised = member.is_none_or(|member| rank_of(book, member.base_tier()).is_none_or(|rank| rank < value));
        let beyond = Beyond { rule: "tier_rank", maximum: i64::from(maximum), value: i64::from(value) };
        Ok(is_raised.then_some(beyond))
    }
}

fn rank_of(book: &RuleBook, tier: &TierId) -> Option<u8> {
    book.tiers.iter().find(|known| known.id == *tier).map(|known| known.rank)
}

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
        let rank = |tier: &TierId| book.tier(tier.as_str()).rank;
        if sitting.member.lent().is_some_and(|lent| rank(&lent.tier) > rank(&self.tier)) {
            sitting.forget_lent();
        }
        let changes = *sitting.member.base_tier() != self.tier;
        let why =
            Why { reason: self.reason.clone(), operator: self.by.id().clone(), ..Why::itself(ChangeCause::Assigned) };
        sitting.move_tier(&self.tier, now, why);
        let wallet = sitting.view();
        sitting.close(desk);
        if changes {
            let line = Line::new("tiers.assign", "member", self.member.as_str()).before("tier", before.as_str());
            audit::write(desk, &self.by, line.after("tier", self.tier.as_str()).because(&self.reason))?;
        }
        Ok(Assigned { member: self.member.clone(), before, tier: self.tier.clone(), at: now, wallet })
    }
}
