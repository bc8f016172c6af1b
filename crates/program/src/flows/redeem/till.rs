//! Vouchers at a till: used once, also when the network repeats; or they lapse.
//!
//! Refusals of using, in order: unknown; voucher-not-valid.

use compact_str::{CompactString, format_compact};
use jifen_vocab::{Code, MemberId, Ratio, RedemptionId, Refusal, RewardId, Rounding, Timestamp};
use serde::{Deserialize, Serialize};

use super::counter::Counter;
use crate::book::{Books, Name};
use crate::desk::{Command, Desk, Identity, Keys, Loaded, Stop, Touch};
use crate::redemptions::{PieceState, Redemption, State};
use crate::rewards::Reward;
use crate::vouchers::{Use, VOUCHER_KEY, Voucher, VoucherCode};

/// Uses a voucher.
#[derive(Debug, Clone)]
pub struct UseVoucher {
    /// Which.
    pub code: VoucherCode,
    /// In which shop.
    pub store: CompactString,
    /// The caller's own name for it: the same one gets the first answer.
    pub reference: CompactString,
    /// Of the request's content.
    pub fingerprint: [u8; 16],
}

/// A voucher was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoucherUsed {
    /// Of which redemption.
    pub redemption: RedemptionId,
    /// Whose it was.
    pub member: MemberId,
    /// What it was good for.
    pub reward: RewardId,
    /// What people call that.
    pub name: Name,
    /// In which shop.
    pub store: CompactString,
    /// The caller's own name for it.
    pub reference: CompactString,
    /// When.
    pub at: Timestamp,
}

impl Command for UseVoucher {
    type Outcome = VoucherUsed;

    fn identity(&self) -> Option<Identity> {
        let id = format_compact!("{} {}", self.code.as_str(), self.reference);
        Some(Identity { kind: &VOUCHER_KEY, id, fingerprint: self.fingerprint })
    }

    fn touches(&self, _: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        want_lapse(self.code.as_str(), loaded, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<VoucherUsed, Stop> {
        let unknown = || Refusal::new(Code::Unknown).word("voucher", self.code.as_str());
        let voucher = desk.read::<Voucher>(self.code.as_str())?.ok_or_else(unknown)?;
        let redemption = desk.read::<Redemption>(voucher.redemption.as_str())?.ok_or_else(unknown)?;
        let mut redemption = Redemption::clone(&redemption);
        let reward = desk.read::<Reward>(voucher.reward.as_str())?;
        let piece = redemption.pieces.get_mut(voucher.piece).ok_or_else(unknown)?;
        let not_valid = |state: &str| Refusal::new(Code::VoucherNotValid).word("state", state);
        if let Some(used) = &voucher.used {
            let at = desk.books().at(used.at).zone.rfc3339(used.at);
            return Err(not_valid(PieceState::Used.as_str()).word("store", &used.store).word("used_at", &at).into());
        }
        if piece.state != PieceState::Open {
            return Err(not_valid(piece.state.as_str()).into());
        }
        if desk.now() >= voucher.expires_at {
            return Err(not_valid(PieceState::Lapsed.as_str()).into());
        }
        let stores = reward.as_ref().map(|reward| reward.offer.stores.as_slice()).unwrap_or_default();
        if !stores.is_empty() && !stores.contains(&self.store) {
            return Err(not_valid("other_store").word("stores", &stores.join(", ")).into());
        }
        let at = desk.now();
        piece.state = PieceState::Used;
        redemption.handed_at = redemption.handed_at.or(Some(at));
        finish(&mut redemption);
        let used = Use { store: self.store.clone(), reference: self.reference.clone(), at };
        desk.write(self.code.as_str(), Voucher { open: false, used: Some(used), ..Voucher::clone(&voucher) });
        let today = desk.books().at(at).zone.day_of(at);
        desk.count("voucher", today, self.store.clone(), 1);
        let outcome = VoucherUsed {
            redemption: redemption.id.clone(),
            member: redemption.member.clone(),
            reward: redemption.reward.clone(),
            name: reward.map(|reward| reward.offer.name.clone()).unwrap_or_default(),
            store: self.store.clone(),
            reference: self.reference.clone(),
            at,
        };
        let id = redemption.id.clone();
        super::hand_over::tell_handed_over(desk, &redemption)?;
        desk.write(id.as_str(), redemption);
        Ok(outcome)
    }
}

/// A redemption none of whose pieces is open has come to its end.
pub(super) fn finish(redemption: &mut Redemption) {
    if redemption.count(PieceState::Open) == 0 {
        let any = redemption.count(PieceState::Used) > 0;
        redemption.state = if any { State::Fulfilled } else { State::Expired };
    }
}

/// Names what a voucher works on.
pub(crate) fn want_lapse(code: &str, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
    if !loaded.has_asked::<Voucher>(code) {
        keys.want::<Voucher>(code);
        return Touch::Again;
    }
    if let Some(voucher) = loaded.peek::<Voucher>(code) {
        keys.want::<Redemption>(voucher.redemption.as_str());
        Counter::want(&voucher.member, &voucher.reward, keys);
    }
    Touch::Done
}

/// A voucher that nobody used has lapsed: its points come back, less the fee (RED-09).
pub(crate) fn lapse(desk: &mut Desk<'_>, code: &str) -> Result<(), Stop> {
    let Some(voucher) = desk.read::<Voucher>(code)? else { return Ok(()) };
    if !voucher.open || desk.now() < voucher.expires_at {
        return Ok(());
    }
    desk.write(code, Voucher { open: false, ..Voucher::clone(&voucher) });
    let Some(redemption) = desk.read::<Redemption>(voucher.redemption.as_str())? else { return Ok(()) };
    let mut redemption = Redemption::clone(&redemption);
    let Some(piece) = redemption.pieces.get_mut(voucher.piece).filter(|piece| piece.state == PieceState::Open) else {
        return Ok(());
    };
    piece.state = PieceState::Lapsed;
    let paid = piece.points;
    let mut counter = Counter::open(desk, &redemption.member, &redemption.reward)?;
    let fee = Ratio::whole(paid).checked_mul(counter.sitting.book().shelf.vouchers.fee.ratio());
    let fee = fee.and_then(|fee| fee.round(Rounding::Floor)).unwrap_or(0);
    counter.give_back(&mut redemption, paid - fee, &CompactString::const_new("time"))?;
    counter.supplies.stock.put_back(1);
    finish(&mut redemption);
    counter.close(desk);
    let id = redemption.id.clone();
    desk.write(id.as_str(), redemption);
    Ok(())
}
