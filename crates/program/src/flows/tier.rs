//! A member is put into another tier: by a person, or by the company's CRM (EARN-07). It counts at once.
//!
//! An upgrade extends points already held to the better validity; a downgrade never shortens a promise (decision 8).

use compact_str::CompactString;
use jifen_ledger::{Cause, CauseKind};
use jifen_vocab::{MemberId, Refusal, TierId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::book::Books;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
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
    /// Who asks: the credential.
    pub operator: CompactString,
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
        Ok(Assigned { member: self.member.clone(), before, tier: self.tier.clone(), at: now, wallet })
    }
}

impl AssignTier {
    fn extend(&self, sitting: &mut Sitting, before: &TierId) {
        let book = sitting.book().clone();
        let (old, new) = (book.tier(before.as_str()), book.tier(self.tier.as_str()));
        if new.rank <= old.rank {
            return;
        }
        let cause = Cause { by: CauseKind::Adjustment, operator: Some(self.operator.clone()), ..Cause::default() };
        for unit in &book.units {
            let validity = book.validity(unit, new);
            if validity == book.validity(unit, old) {
                continue;
            }
            sitting.ledger().extend(&unit.id, &cause, |lot| validity.expires_at(lot.earned_last(), &book.zone));
        }
    }
}
