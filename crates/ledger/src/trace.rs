//! Where the points of an entry came from, and what became of them: exactly, number by number, from the journal.

use jifen_vocab::{Timestamp, UnitId};

use crate::account::Account;
use crate::entry::{Entry, EntryKind};
use crate::lot::Piece;

/// Some of the points, and the entry that answers for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// How many.
    pub points: i64,
    /// The entry's place in the member's chain.
    pub seq: u64,
    /// Since when it counts.
    pub at: Timestamp,
    /// The account the points are in after it.
    pub account: Account,
    /// When they lapse, as far as the entry that is asked about knew.
    pub expires_at: Option<Timestamp>,
}

/// The points of one entry, followed both ways through the chain it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    unit: UnitId,
    /// Points whose origin has not been met yet.
    unknown: Vec<Piece>,
    from: Vec<Part>,
    to: Vec<Part>,
}

impl Trace {
    /// Begins at an entry, with every entry after it in its chain, newest first.
    pub fn begin(entry: &Entry, later: &[Entry]) -> Trace {
        let mut left: Vec<Piece> = entry.pieces.to_vec();
        let mut to = Vec::new();
        for next in later.iter().filter(|next| next.unit == entry.unit && next.kind != EntryKind::Extend) {
            answer(&mut left, next, &mut to);
        }
        // What nothing moved later is where the entry left it.
        for piece in left {
            add(&mut to, part(&piece, entry));
        }
        to.reverse();
        let mut trace = Trace { unit: entry.unit.clone(), unknown: entry.pieces.to_vec(), from: Vec::new(), to };
        trace.look_at(entry);
        trace
    }

    /// Looks at an entry before it, the newest first.
    pub fn look_at(&mut self, entry: &Entry) {
        if entry.unit == self.unit && entry.is_origin() {
            answer(&mut self.unknown, entry, &mut self.from);
        }
    }

    /// Whether the origin of all points is known.
    pub fn is_complete(&self) -> bool {
        self.unknown.is_empty()
    }

    /// Where the points came from, latest first.
    pub fn from(&self) -> &[Part] {
        &self.from
    }

    /// What became of them, earliest first.
    pub fn to(&self) -> &[Part] {
        &self.to
    }
}

impl Entry {
    /// Whether it gave its points their numbers: they were issued, or came back to a lot of grace.
    fn is_origin(&self) -> bool {
        self.from == Account::Issued || self.kind == EntryKind::Reverse && self.pieces.iter().any(|piece| piece.grace)
    }
}

/// Takes from what is left whatever that entry answers for.
fn answer(left: &mut Vec<Piece>, entry: &Entry, parts: &mut Vec<Part>) {
    for moved in &entry.pieces {
        let mut remaining = Vec::with_capacity(left.len());
        for piece in left.drain(..) {
            let (lo, hi) = (piece.lo.max(moved.lo), piece.hi.min(moved.hi));
            if piece.lot != moved.lot || lo >= hi {
                remaining.push(piece);
                continue;
            }
            add(parts, part(&Piece { lo, hi, ..piece }, entry));
            let around = [Piece { hi: lo, ..piece }, Piece { lo: hi, ..piece }];
            remaining.extend(around.into_iter().filter(|piece| piece.lo < piece.hi));
        }
        *left = remaining;
    }
}

fn part(piece: &Piece, entry: &Entry) -> Part {
    Part {
        points: piece.hi - piece.lo,
        seq: entry.seq,
        at: entry.effective_at,
        account: entry.to,
        expires_at: piece.expires_at,
    }
}

/// Points that one entry answers for and that lapse together are told together.
fn add(parts: &mut Vec<Part>, part: Part) {
    let same = |known: &&mut Part| known.seq == part.seq && known.expires_at == part.expires_at;
    match parts.iter_mut().find(same) {
        Some(known) => known.points = known.points.saturating_add(part.points),
        None => parts.push(part),
    }
}
