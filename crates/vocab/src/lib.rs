//! The words everyone shares: identifiers, points, money, exact decimals, instants and the program's calendar,
//! limits, refusals and the explanation of an award.
//!
//! This crate knows nothing: no clock, no randomness, no files, no network, no database, no HTTP. Every other crate
//! may use it.

pub mod calendar;
pub mod chosen;
pub mod decimal;
pub mod gift;
pub mod id;
pub mod instant;
pub mod limits;
pub mod lunar;
pub mod message;
pub mod mistake;
pub mod money;
pub mod points;
pub mod record;
pub mod refund;
pub mod refusal;
pub mod scope;
pub mod sealed;
pub mod task;
pub mod why;

pub use calendar::{Day, Zone};
pub use chosen::Chosen;
pub use decimal::{Decimal, Ratio, Rounding};
pub use gift::{GiftBack, GiftGiven};
pub use id::{
    CategoryId, ChannelId, EventSource, HoldId, InvalidId, MemberId, OrderId, QuoteId, RedemptionId, RewardId, RuleId,
    SourceLabel, SpendId, StoreId, TierId, UnitId,
};
pub use instant::Timestamp;
pub use lunar::LunarDay;
pub use message::MessageChannel;
pub use money::{Currency, Money};
pub use points::Points;
pub use record::{Column, Count, Key, Kind, Schema, Value};
pub use refund::{LineRefund, RefundRequest};
pub use refusal::{Code, Fact, Refusal};
pub use scope::{Scope, Scopes};
pub use sealed::SealedText;
pub use task::TaskShare;
pub use why::{Factor, Trim, Why};
