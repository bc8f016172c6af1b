//! Stock: how many pieces of a reward there are, to the piece (CAT-19).
//!
//! Invariants: what is reserved is there; what is left to take is never below zero; a piece is taken or reserved once.

use jifen_vocab::{Code, Day, Kind, Refusal, Timestamp};
use serde::{Deserialize, Serialize};

use crate::desk::json_record;

/// Pieces of a stock: more than anyone can count.
pub const PIECES_MAX: i64 = 1_000_000_000;

/// How many pieces there are. A reward without a number never runs out; what was taken is counted all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stock {
    /// Schema version.
    pub v: u8,
    /// Pieces that have not left, reserved ones included; none where it never runs out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_hand: Option<i64>,
    /// Of these, pieces that wait for a payment or a second word.
    #[serde(default)]
    pub reserved: i64,
    /// Pieces that were there when the number was last set.
    #[serde(default)]
    pub supplied: i64,
    /// Pieces taken since.
    #[serde(default)]
    pub taken: i64,
    /// When the number was last set.
    pub since: Timestamp,
    /// The last day on which the pieces are good (CAT-23).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best_before: Option<Day>,
}

/// Stock, by reward.
pub static STOCK: Kind = Kind::records("stock");

json_record!(Stock, STOCK);

impl Stock {
    /// Of a reward that has just come.
    pub fn new(on_hand: Option<i64>, now: Timestamp) -> Stock {
        Stock { v: 1, on_hand, reserved: 0, supplied: on_hand.unwrap_or(0), taken: 0, since: now, best_before: None }
    }

    /// Pieces that can be taken now; none where it never runs out.
    pub fn remaining(&self) -> Option<i64> {
        self.on_hand.map(|on_hand| on_hand - self.reserved)
    }

    /// Sets how many there are, reserved ones included.
    ///
    /// # Errors
    /// `stock-reserved` where more are reserved.
    pub fn set(&mut self, on_hand: Option<i64>, now: Timestamp) -> Result<(), Refusal> {
        if let Some(pieces) = on_hand.filter(|pieces| *pieces < self.reserved) {
            let refusal = Refusal::new(Code::StockReserved).at("/stock").number("asked", pieces);
            return Err(refusal.number("reserved", self.reserved));
        }
        *self = Stock { reserved: self.reserved, best_before: self.best_before, ..Stock::new(on_hand, now) };
        Ok(())
    }

    /// Pieces are delivered, or leave otherwise than to members: broken, spoiled, sent back.
    ///
    /// # Errors
    /// `stock-reserved` where fewer would be left than are reserved; `invalid-field` where it never runs out, or where
    /// there would be more than is computed with.
    pub fn add(&mut self, pieces: i64, now: Timestamp) -> Result<(), Refusal> {
        let Some(on_hand) = self.on_hand else {
            return Err(Refusal::field("/add", "be absent: this reward never runs out"));
        };
        let after = on_hand.checked_add(pieces).filter(|after| *after <= PIECES_MAX);
        let after = after.ok_or_else(|| Refusal::field("/add", &format!("leave at most {PIECES_MAX} pieces")))?;
        if pieces > 0 {
            return self.set(Some(after), now);
        }
        if after < self.reserved {
            let refusal = Refusal::new(Code::StockReserved).at("/add").number("asked", after);
            return Err(refusal.number("reserved", self.reserved));
        }
        self.on_hand = Some(after);
        self.supplied = (self.supplied + pieces).max(0);
        Ok(())
    }

    /// Takes pieces.
    ///
    /// # Errors
    /// `out-of-stock` where fewer are left.
    pub fn take(&mut self, pieces: i64) -> Result<(), Refusal> {
        self.check(pieces)?;
        self.on_hand = self.on_hand.map(|on_hand| on_hand - pieces);
        self.taken += pieces;
        Ok(())
    }

    /// Sets pieces aside.
    ///
    /// # Errors
    /// `out-of-stock` where fewer are left.
    pub fn reserve(&mut self, pieces: i64) -> Result<(), Refusal> {
        self.check(pieces)?;
        self.reserved += pieces;
        Ok(())
    }

    /// Takes pieces that were set aside.
    pub fn take_reserved(&mut self, pieces: i64) {
        self.reserved -= pieces;
        self.on_hand = self.on_hand.map(|on_hand| on_hand - pieces);
        self.taken += pieces;
    }

    /// Sets pieces free again.
    pub fn unreserve(&mut self, pieces: i64) {
        self.reserved -= pieces;
    }

    /// Pieces come back.
    pub fn put_back(&mut self, pieces: i64) {
        self.on_hand = self.on_hand.map(|on_hand| on_hand + pieces);
        self.taken = (self.taken - pieces).max(0);
    }

    fn check(&self, pieces: i64) -> Result<(), Refusal> {
        match self.remaining() {
            Some(left) if left < pieces => {
                Err(Refusal::new(Code::OutOfStock).number("remaining", left).number("required", pieces))
            }
            _ => Ok(()),
        }
    }
}
