//! What a redemption waited for comes: the second word of a large one, or news of its payment.
//!
//! Refusals of confirming, in order: unknown; redemption-closed. Of payments: unknown; redemption-closed;
//! payment-mismatch. The same payment again gets the first answer.

use compact_str::CompactString;
use jifen_vocab::{Code, MemberId, RedemptionId, Refusal, Timestamp};

use super::CodeDraws;
use super::counter::Counter;
use super::hand_over::{closed, hand_over, known, through};
use super::money::{self, PAYMENT_KEY};
use crate::book::{Books, RuleBook};
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::redemptions::{Redemption, State};

/// Until when a payment may come.
pub(super) fn payment_until(book: &RuleBook, now: Timestamp) -> Timestamp {
    now.plus_millis(i64::from(book.shelf.payment.minutes) * 60_000)
}

/// The member says it again (RED-14).
#[derive(Debug, Clone)]
pub struct ConfirmRedemption {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Which.
    pub redemption: RedemptionId,
    /// Whose it must be, where a member asks.
    pub owner: Option<MemberId>,
    /// For the vouchers.
    pub draws: CodeDraws,
    /// Who asks: the credential.
    pub operator: CompactString,
}

/// News of a payment (INTG-03).
#[derive(Debug, Clone)]
pub struct SettlePayment {
    /// For which redemption.
    pub redemption: RedemptionId,
    /// The payment system's own name for it, unique for ever.
    pub reference: CompactString,
    /// What came of it.
    pub news: PaymentNews,
    /// For the vouchers.
    pub draws: CodeDraws,
    /// Of the request's content.
    pub fingerprint: [u8; 16],
    /// Who says so: the credential.
    pub operator: CompactString,
}

/// What came of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentNews {
    /// So much was paid, in minor units.
    Paid(i64),
    /// It failed.
    Failed,
}

/// The redemption where it is this member's, or nobody asks whose.
pub(super) fn owned(desk: &Desk<'_>, id: &RedemptionId, owner: Option<&MemberId>) -> Result<Redemption, Stop> {
    let redemption = known(desk, id)?;
    if owner.is_some_and(|owner| *owner != redemption.member) {
        return Err(Refusal::new(Code::Unknown).word("redemption", id.as_str()).into());
    }
    Ok(redemption)
}

fn waits_for(redemption: &Redemption, state: State, now: Timestamp) -> Result<(), Refusal> {
    let in_time = redemption.waits_until.is_some_and(|until| now < until);
    if redemption.state == state && in_time { Ok(()) } else { Err(closed(redemption)) }
}

impl Command for ConfirmRedemption {
    type Outcome = Redemption;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        through(&self.redemption, loaded, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Redemption, Stop> {
        let mut redemption = owned(desk, &self.redemption, self.owner.as_ref())?;
        waits_for(&redemption, State::ToConfirm, desk.now())?;
        let mut counter = Counter::open(desk, &redemption.member, &redemption.reward)?;
        if redemption.cash > 0 {
            counter.unhold(&redemption, &self.operator)?;
            redemption.state = State::AwaitingPayment;
            redemption.waits_until = Some(payment_until(counter.sitting.book(), desk.now()));
            counter.hold(&redemption, &self.operator)?;
            money::expect(desk, &redemption);
        } else {
            counter.supplies.stock.take_reserved(redemption.quantity);
            counter.pay(&mut redemption, &self.operator)?;
            hand_over(desk, &mut counter, &mut redemption, &self.draws)?;
        }
        counter.close(desk);
        desk.write(self.redemption.as_str(), redemption.clone());
        Ok(redemption)
    }
}

impl Command for SettlePayment {
    type Outcome = Redemption;

    fn identity(&self) -> Option<Identity> {
        Some(Identity { kind: &PAYMENT_KEY, id: self.reference.clone(), fingerprint: self.fingerprint })
    }

    fn touches(&self, _: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        through(&self.redemption, loaded, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Redemption, Stop> {
        let mut redemption = known(desk, &self.redemption)?;
        waits_for(&redemption, State::AwaitingPayment, desk.now())?;
        let mut counter = Counter::open(desk, &redemption.member, &redemption.reward)?;
        match self.news {
            PaymentNews::Paid(amount) if amount != redemption.cash => {
                let refusal = Refusal::new(Code::PaymentMismatch).at("/amount").number("paid", amount);
                return Err(refusal.number("required", redemption.cash).into());
            }
            PaymentNews::Paid(_) => {
                counter.supplies.stock.take_reserved(redemption.quantity);
                counter.pay(&mut redemption, &self.operator)?;
                hand_over(desk, &mut counter, &mut redemption, &self.draws)?;
            }
            PaymentNews::Failed => {
                money::set_free(&mut counter, &mut redemption, &self.operator)?;
            }
        }
        redemption.payment = Some(self.reference.clone());
        counter.close(desk);
        money::follow(desk, &redemption)?;
        desk.write(self.redemption.as_str(), redemption.clone());
        Ok(redemption)
    }
}
