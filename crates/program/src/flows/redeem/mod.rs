//! Points buy things: rewards, stock, prices, quotes, redemptions and vouchers meet here.
//!
//! A quote holds a price and reserves nothing. A redemption pays it: at once, or, where money or a second word is
//! wanted, first holding points and pieces until that comes or its time is over. Points go through the ledger and come
//! back to the lots they came from; pieces go through the stock; every change of either is in the same commit.

mod booking;
mod counter;
mod decide;
pub(super) mod gift;
mod hand_over;
mod money;
mod pay;
mod pieces;
mod pool;
mod price;
mod put;
mod quote;
mod rate;
mod supply;
mod till;
mod undo;

pub use booking::{Book, BookingEnd, EndBooking, SetSlots, SlotsSet};
pub use decide::Redeem;
pub use hand_over::SendOut;
pub use money::{HearPayment, PAYMENT_KEY, ProviderSaid};
pub use pay::{ConfirmRedemption, PaymentNews, SettlePayment};
pub use pool::{NoteLowPool, TakeCodesIn, TakenIn};
pub use price::{Looker, ShownPrice, base_points, shown_price};
pub use put::{Held, PutReward};
pub use quote::{AskQuote, Quoted, cash_for_missing, most_cash_of};
pub use rate::{Rate, Rated, is_rated};
pub use supply::{Supply, SupplyChange};
pub use till::{UseVoucher, VoucherUsed};
pub(super) use till::{lapse, want_lapse};
pub use undo::{TakeBackHow, UndoRedemption, WaysBack};
pub(super) use undo::{run_out, want_run_out};

/// Random numbers for the codes of a redemption's vouchers, drawn by who asks: a decision draws nothing that must not be
/// guessed.
pub type CodeDraws = Box<[u128]>;
