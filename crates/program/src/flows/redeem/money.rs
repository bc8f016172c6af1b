//! What the payment provider says of a redemption's money, by signed call-back or because it was asked.
//!
//! Refusals, in order: unknown; payment-mismatch. The same call-back again gets the first answer; what the provider says
//! a second time in another way changes nothing.

use compact_str::{CompactString, format_compact};
use jifen_vocab::{Code, Kind, RedemptionId, Refusal};

use super::CodeDraws;
use super::counter::Counter;
use super::hand_over::{hand_over, known, through};
use crate::book::Books;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, Stop, Touch};
use crate::payments::{Payment, PaymentState};
use crate::redemptions::{Redemption, State};

/// Remembered answers to news of payments, by the payment's reference.
pub static PAYMENT_KEY: Kind = Kind::facts("payment_key");

/// Something that the provider said of a payment.
#[derive(Debug, Clone)]
pub struct HearPayment {
    /// Of which redemption.
    pub redemption: RedemptionId,
    /// The call-back's own name and a fingerprint of its content; nothing where the provider was asked.
    pub notice: Option<(CompactString, [u8; 16])>,
    /// What it said.
    pub said: ProviderSaid,
    /// For the vouchers.
    pub draws: CodeDraws,
    /// Who heard it.
    pub operator: CompactString,
}

/// What a provider says of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderSaid {
    /// No money is taken any more, and none came.
    Closed,
    /// It knows of the payment, and waits for the member.
    Created {
        /// The provider's name for it.
        provider: CompactString,
        /// Where the member pays.
        url: String,
    },
    /// It failed.
    Failed,
    /// The money came.
    Paid {
        /// The provider's name for it.
        provider: CompactString,
        /// In minor units.
        amount: i64,
    },
    /// So much went back in all, in minor units.
    Refunded(i64),
}

impl Command for HearPayment {
    type Outcome = Payment;

    fn identity(&self) -> Option<Identity> {
        let (id, fingerprint) = self.notice.as_ref()?;
        // A space keeps these apart from the references of payments that are reported by hand.
        Some(Identity { kind: &PAYMENT_KEY, id: format_compact!("notice {id}"), fingerprint: *fingerprint })
    }

    fn touches(&self, _: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        through(&self.redemption, loaded, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Payment, Stop> {
        let unknown = || Refusal::new(Code::Unknown).word("payment", self.redemption.as_str());
        let payment = desk.read::<Payment>(self.redemption.as_str())?.ok_or_else(unknown)?;
        let mut payment = Payment::clone(&payment);
        match &self.said {
            ProviderSaid::Created { provider, url } => {
                payment.provider = Some(provider.clone());
                payment.url = Some(url.clone());
                if payment.state == PaymentState::ToCreate {
                    payment.state = PaymentState::Open;
                }
            }
            ProviderSaid::Closed => {
                if payment.state == PaymentState::ToClose {
                    payment.state = PaymentState::Closed;
                }
            }
            ProviderSaid::Refunded(in_all) => payment.refunded = payment.refunded.max(*in_all),
            ProviderSaid::Failed => self.failed(&mut payment, desk)?,
            ProviderSaid::Paid { provider, amount } => self.paid(&mut payment, provider, *amount, desk)?,
        }
        desk.write(self.redemption.as_str(), payment.clone());
        Ok(payment)
    }
}

impl HearPayment {
    fn failed(&self, payment: &mut Payment, desk: &mut Desk<'_>) -> Result<(), Stop> {
        if payment.state == PaymentState::Paid {
            return Ok(());
        }
        payment.state = PaymentState::Failed;
        let mut redemption = known(desk, &self.redemption)?;
        if redemption.state == State::AwaitingPayment {
            let mut counter = Counter::open(desk, &redemption.member, &redemption.reward)?;
            set_free(&mut counter, &mut redemption, &self.operator)?;
            counter.close(desk);
            desk.write(self.redemption.as_str(), redemption);
        }
        Ok(())
    }

    /// Money that somebody still waits for pays the redemption. Any other goes back, all of it.
    fn paid(
        &self,
        payment: &mut Payment,
        provider: &CompactString,
        amount: i64,
        desk: &mut Desk<'_>,
    ) -> Result<(), Stop> {
        if payment.state == PaymentState::Paid {
            return Ok(());
        }
        if amount != payment.amount {
            let refusal = Refusal::new(Code::PaymentMismatch).at("/amount").number("paid", amount);
            return Err(refusal.number("required", payment.amount).into());
        }
        payment.state = PaymentState::Paid;
        payment.provider = Some(provider.clone());
        let mut redemption = known(desk, &self.redemption)?;
        let in_time = redemption.waits_until.is_some_and(|until| desk.now() < until);
        if redemption.state != State::AwaitingPayment || !in_time {
            payment.owe(amount);
            return Ok(());
        }
        let mut counter = Counter::open(desk, &redemption.member, &redemption.reward)?;
        counter.supplies.stock.take_reserved(redemption.quantity);
        counter.pay(&mut redemption, &self.operator)?;
        hand_over(desk, &mut counter, &mut redemption, &self.draws)?;
        redemption.payment = Some(provider.clone());
        counter.close(desk);
        desk.write(self.redemption.as_str(), redemption);
        Ok(())
    }
}

/// The money does not come: points and pieces are free again.
pub(super) fn set_free(
    counter: &mut Counter,
    redemption: &mut Redemption,
    operator: &CompactString,
) -> Result<(), Refusal> {
    counter.unhold(redemption, operator)?;
    counter.supplies.stock.unreserve(redemption.quantity);
    counter.uncount(redemption);
    redemption.state = State::Failed;
    Ok(())
}

/// Notes with the money what became of its redemption: nobody waits for it any more, or some of it goes back.
pub(super) fn follow(desk: &mut Desk<'_>, redemption: &Redemption) -> Result<(), Stop> {
    let Some(payment) = desk.read::<Payment>(redemption.id.as_str())? else { return Ok(()) };
    let mut followed = Payment::clone(&payment);
    if redemption.state != State::AwaitingPayment {
        followed.is_not_wanted();
    }
    followed.owe(redemption.cash_back);
    if followed != *payment {
        desk.write(redemption.id.as_str(), followed);
    }
    Ok(())
}

/// Writes down the money that a redemption waits for from now on.
pub(super) fn expect(desk: &mut Desk<'_>, redemption: &Redemption) {
    if redemption.state == State::AwaitingPayment {
        let (id, member) = (redemption.id.clone(), redemption.member.clone());
        let payment = Payment::new(id, member, redemption.cash, desk.now());
        desk.write_new(redemption.id.as_str(), payment);
    }
}
