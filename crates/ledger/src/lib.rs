//! The law of points: units, lots, wallets, entries, and what time does to them.
//!
//! A [`Wallet`] is changed through a [`Ledger`] only. Opening one settles the wallet first, so a lapsed point cannot
//! be spent however late anybody looks. Every change writes [`Entry`] values into an [`Outcome`]; the wallet is the
//! fold of its entries, which [`fold::Fold`] proves from nothing but the stored bytes.
//!
//! This crate knows no clock, randomness, files, network or database: instants are passed in.

pub mod account;
mod clock;
pub mod entry;
mod few;
pub mod fold;
pub mod hash;
pub mod ledger;
pub mod lot;
pub mod terms;
pub mod trace;
pub mod validity;
pub mod wallet;

pub use account::Account;
pub use entry::{Cause, CauseKind, Entry, EntryKind};
pub use hash::{Hash, seal};
pub use ledger::{
    Dated, Drowsy, GivenBack, Grant, Granted, Lapsed, Ledger, Notice, Outcome, Released, Sealed, TakeBack, TakenBack,
    settle,
};
pub use lot::{Lot, LotId, Piece, Pieces, overlap, points_of};
pub use terms::{DebtPolicy, DormancyTerms, GRACE_DAYS_DEFAULT, Law, Lead, NoticeTerms, Shrink, ShrinkOf, UnitTerms};
pub use trace::{Part, Trace};
pub use validity::{MonthDay, Round, Validity, better};
pub use wallet::{Freeze, Hold, Holding, Lifetime, Release, Wallet};
