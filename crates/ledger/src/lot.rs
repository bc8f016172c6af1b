//! Lots: points of one unit that expire together.
//!
//! A lot is a strip of numbered points, `[0, granted)`. Parts of the strip carry the state; what is on no part has
//! left the wallet. Points are taken from the lowest number, so the oldest grant goes first; a refund or a return
//! names exact numbers. That is why lots may merge and every single point can still be traced to its grant.

use jifen_vocab::{Points, Timestamp, limits};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::account::Account;
use crate::validity::{Validity, better};

/// A lot's number within one unit of one wallet, from 1; never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LotId(pub u32);

/// Consecutive points of a lot: the numbers `lo` up to, not including, `hi`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Piece {
    /// The lot.
    #[serde(rename = "i")]
    pub lot: LotId,
    /// The first number.
    #[serde(rename = "a")]
    pub lo: i64,
    /// The number after the last.
    #[serde(rename = "z")]
    pub hi: i64,
    /// When the lot expires, as far as is known at that moment; none for never, or while it waits for its release.
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Whether the lot is one of grace: its points came back after they had lapsed, which happens once (decision 5).
    #[serde(rename = "g", default, skip_serializing_if = "is_false")]
    pub grace: bool,
}

/// Some pieces; mostly one.
pub type Pieces = SmallVec<[Piece; 1]>;

impl Piece {
    /// How many points.
    pub fn points(&self) -> Points {
        Points::new(self.len())
    }

    pub(crate) fn len(&self) -> i64 {
        self.hi.saturating_sub(self.lo).max(0)
    }

    /// The numbers that are in both.
    pub fn overlap(&self, other: &Piece) -> Option<Piece> {
        let (lo, hi) = (self.lo.max(other.lo), self.hi.min(other.hi));
        (self.lot == other.lot && lo < hi).then_some(Piece { lo, hi, ..*self })
    }
}

/// How many points the pieces have together.
pub fn points_of(pieces: &[Piece]) -> Points {
    Points::new(pieces.iter().fold(0, |sum, piece| piece.len().saturating_add(sum)))
}

/// The numbers of `pieces` that are also in `others`, which must not overlap among themselves.
pub fn overlap(pieces: &[Piece], others: &[Piece]) -> Pieces {
    pieces.iter().flat_map(|piece| others.iter().filter_map(|other| piece.overlap(other))).collect()
}

/// The number of a hold within its wallet while it is open.
pub(crate) type HoldNo = u32;
/// The number of a wait within its unit while points wait.
pub(crate) type WaitNo = u32;

/// The state of points in the wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Available,
    Pending(WaitNo),
    Held(HoldNo),
    Dormant,
    Shrunk,
}

impl State {
    pub(crate) fn account(self) -> Account {
        match self {
            State::Available => Account::Available,
            State::Pending(_) => Account::Pending,
            State::Held(_) => Account::Held,
            State::Dormant => Account::Dormant,
            State::Shrunk => Account::Shrunk,
        }
    }

    pub(crate) fn is_held(self) -> bool {
        matches!(self, State::Held(_))
    }

    pub(crate) fn is_asleep(self) -> bool {
        matches!(self, State::Dormant | State::Shrunk)
    }
}

/// Consecutive points in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) lo: i64,
    pub(crate) hi: i64,
    pub(crate) state: State,
}

impl Part {
    pub(crate) fn len(&self) -> i64 {
        self.hi - self.lo
    }
}

pub(crate) type Parts = SmallVec<[Part; 2]>;

/// Points of one unit that expire together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "LotRead")]
pub struct Lot {
    #[serde(rename = "i")]
    pub(crate) id: LotId,
    /// Since when it has its date: the first grant, or the release that dated it.
    #[serde(rename = "at")]
    pub(crate) since: Timestamp,
    /// The last grant, where it is another instant than the first.
    #[serde(rename = "to", skip_serializing_if = "Option::is_none")]
    pub(crate) latest: Option<Timestamp>,
    #[serde(rename = "x", skip_serializing_if = "Option::is_none")]
    pub(crate) expires_at: Option<Timestamp>,
    /// For points whose validity counts from their release; `expires_at` is none until then.
    #[serde(rename = "v", skip_serializing_if = "Option::is_none")]
    pub(crate) on_release: Option<Box<Validity>>,
    /// The length of the strip: numbers that were ever given out.
    #[serde(rename = "n")]
    pub(crate) granted: i64,
    #[serde(rename = "g", skip_serializing_if = "is_false")]
    pub(crate) grace: bool,
    /// Takes no more grants: it was gone and has come back, and does not know how long its strip had been.
    #[serde(rename = "c", skip_serializing_if = "is_false")]
    pub(crate) closed: bool,
    /// Whether its date was put off once, on somebody's wish.
    #[serde(rename = "e", skip_serializing_if = "is_false")]
    pub(crate) extended: bool,
    /// While points of it sleep: when they shrink next.
    #[serde(rename = "z", skip_serializing_if = "Option::is_none")]
    pub(crate) shrinks: Option<Timestamp>,
    /// Sorted by number, not overlapping; neighbors in the same state are one part.
    #[serde(rename = "p")]
    pub(crate) parts: Parts,
}

impl Lot {
    /// An empty lot with a date; it takes grants.
    pub(crate) fn open(id: LotId, since: Timestamp, expires_at: Option<Timestamp>) -> Lot {
        Lot {
            id,
            since,
            latest: None,
            expires_at,
            on_release: None,
            granted: 0,
            grace: false,
            closed: false,
            extended: false,
            shrinks: None,
            parts: Parts::new(),
        }
    }

    /// Its number.
    pub fn id(&self) -> LotId {
        self.id
    }

    /// When it expires; none for never, or while it waits for the release that will date it.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// Whether its validity counts from a release that has not come yet.
    pub fn awaits_date(&self) -> bool {
        self.on_release.is_some()
    }

    /// The first grant, or the release from which its validity counts.
    pub fn earned_first(&self) -> Timestamp {
        self.since
    }

    /// The last grant.
    pub fn earned_last(&self) -> Timestamp {
        self.latest.unwrap_or(self.since)
    }

    /// Whether its date was put off on somebody's wish.
    pub fn is_extended(&self) -> bool {
        self.extended
    }

    /// Points of it that lapse on its date: all but held ones.
    pub fn free(&self) -> Points {
        Points::new(self.count(|state| !state.is_held()))
    }

    /// Whether its points came back after they had lapsed.
    pub fn is_grace(&self) -> bool {
        self.grace
    }

    /// Points of it in any state.
    pub fn points(&self) -> Points {
        Points::new(self.count(|_| true))
    }

    /// Points of it that can be spent.
    pub fn available(&self) -> Points {
        Points::new(self.count(|state| state == State::Available))
    }

    /// Since when nobody touched its points, where the unit was last used then.
    pub(crate) fn quiet_since(&self, used: Option<Timestamp>) -> Timestamp {
        used.map_or(self.earned_last(), |used| used.max(self.earned_last()))
    }

    /// Notes that points of it became usable: they are touched from then on.
    pub(crate) fn touch(&mut self, at: Timestamp) {
        if at > self.earned_last() {
            self.latest = Some(at);
        }
    }

    pub(crate) fn count(&self, matches: impl Fn(State) -> bool) -> i64 {
        let of_state = self.parts.iter().filter(|part| matches(part.state));
        of_state.fold(0, |sum, part| part.len().saturating_add(sum))
    }

    /// Whether it has points that lapse on its date: all but held ones.
    pub(crate) fn has_free(&self) -> bool {
        self.parts.iter().any(|part| !part.state.is_held())
    }

    /// Spend order (decision 3): earliest expiry first, never last, then the lot that was opened first.
    pub(crate) fn order(&self) -> (Timestamp, bool, LotId) {
        (self.expires_at.unwrap_or(Timestamp::MAX), self.expires_at.is_none(), self.id)
    }

    pub(crate) fn piece(&self, lo: i64, hi: i64) -> Piece {
        Piece { lot: self.id, lo, hi, expires_at: self.expires_at, grace: self.grace }
    }

    pub(crate) fn is_alive(&self, at: Timestamp) -> bool {
        self.expires_at.is_none_or(|date| date > at)
    }

    /// Gives the lot a date at least as good as its own; whether it changed.
    pub(crate) fn redate(&mut self, date: Option<Timestamp>) -> bool {
        let date = better(self.expires_at, date);
        let changed = date != self.expires_at;
        self.expires_at = date;
        changed
    }

    /// Whether a grant with that date may be appended.
    pub(crate) fn takes(&self, date: Option<Timestamp>, grace: bool, points: i64) -> bool {
        let fits = self.granted.checked_add(points).is_some_and(|granted| granted <= limits::BALANCE_MAX);
        !self.closed
            && !self.extended
            && self.on_release.is_none()
            && self.expires_at == date
            && self.grace == grace
            && fits
    }

    /// Appends new numbers in that state.
    pub(crate) fn append(&mut self, points: i64, state: State, at: Timestamp) -> Piece {
        let lo = self.granted;
        self.granted += points;
        push(&mut self.parts, Part { lo, hi: self.granted, state });
        self.touch(at);
        self.piece(lo, self.granted)
    }

    /// Whether any of the numbers is in the wallet.
    pub(crate) fn touches(&self, lo: i64, hi: i64) -> bool {
        self.parts.iter().any(|part| part.lo < hi && lo < part.hi)
    }

    /// Puts numbers back that were on no part.
    pub(crate) fn insert(&mut self, lo: i64, hi: i64, state: State) {
        let old = std::mem::take(&mut self.parts);
        let mut new = Some(Part { lo, hi, state });
        for part in old {
            if part.lo >= hi
                && let Some(new) = new.take()
            {
                push(&mut self.parts, new);
            }
            push(&mut self.parts, part);
        }
        if let Some(new) = new {
            push(&mut self.parts, new);
        }
    }

    /// Moves up to `limit` points, lowest numbers first, among `range` and those whose state `matches`, to another
    /// state or out of the wallet. Tells what moved and from which state; returns how many.
    pub(crate) fn recolor(
        &mut self,
        range: (i64, i64),
        limit: i64,
        matches: impl Fn(State) -> bool,
        to: Option<State>,
        mut moved: impl FnMut(Piece, State),
    ) -> i64 {
        let mut left = limit.max(0);
        let old = std::mem::take(&mut self.parts);
        for part in old {
            let lo = part.lo.max(range.0);
            let hi = part.hi.min(range.1).min(lo.saturating_add(left));
            if lo >= hi || !matches(part.state) {
                push(&mut self.parts, part);
                continue;
            }
            push(&mut self.parts, Part { hi: lo, ..part });
            if let Some(state) = to {
                push(&mut self.parts, Part { lo, hi, state });
            }
            push(&mut self.parts, Part { lo: hi, ..part });
            left -= hi - lo;
            moved(self.piece(lo, hi), part.state);
        }
        limit.max(0) - left
    }

    /// As [`Lot::recolor`] over the whole strip.
    pub(crate) fn recolor_all(
        &mut self,
        limit: i64,
        matches: impl Fn(State) -> bool,
        to: Option<State>,
        moved: impl FnMut(Piece, State),
    ) -> i64 {
        self.recolor((0, i64::MAX), limit, matches, to, moved)
    }
}

/// Appends a part, which must lie behind the others; empty ones vanish, equal neighbors become one.
fn push(parts: &mut Parts, part: Part) {
    if part.lo >= part.hi {
        return;
    }
    if let Some(last) = parts.last_mut()
        && last.hi == part.lo
        && last.state == part.state
    {
        last.hi = part.hi;
        return;
    }
    parts.push(part);
}

/// Appends a piece; the continuation of the last one is merged into it.
pub(crate) fn push_piece(pieces: &mut Pieces, piece: Piece) {
    if let Some(last) = pieces.last_mut()
        && last.lot == piece.lot
        && last.hi == piece.lo
    {
        last.hi = piece.hi;
        return;
    }
    pieces.push(piece);
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// A lot as it is read, before its strip has been checked.
#[derive(Deserialize)]
struct LotRead {
    #[serde(rename = "i")]
    id: LotId,
    #[serde(rename = "at")]
    since: Timestamp,
    #[serde(rename = "to", default)]
    latest: Option<Timestamp>,
    #[serde(rename = "x", default)]
    expires_at: Option<Timestamp>,
    #[serde(rename = "v", default)]
    on_release: Option<Box<Validity>>,
    #[serde(rename = "n")]
    granted: i64,
    #[serde(rename = "g", default)]
    grace: bool,
    #[serde(rename = "c", default)]
    closed: bool,
    #[serde(rename = "e", default)]
    extended: bool,
    #[serde(rename = "z", default)]
    shrinks: Option<Timestamp>,
    #[serde(rename = "p")]
    parts: Parts,
}

impl TryFrom<LotRead> for Lot {
    type Error = &'static str;

    fn try_from(read: LotRead) -> Result<Self, Self::Error> {
        let mut end = 0;
        for part in &read.parts {
            if part.lo < end || part.lo >= part.hi {
                return Err("the parts of a lot must follow each other");
            }
            end = part.hi;
        }
        if end > read.granted || read.granted > limits::BALANCE_MAX {
            return Err("the parts of a lot must lie within what was granted");
        }
        if read.on_release.is_some() && read.expires_at.is_some() {
            return Err("a lot that waits for its date has none");
        }
        let LotRead { id, since, latest, expires_at, on_release, granted, grace, closed, extended, shrinks, parts } =
            read;
        Ok(Lot { id, since, latest, expires_at, on_release, granted, grace, closed, extended, shrinks, parts })
    }
}

/// A part is written as `[lo, hi, "a"]`: available; `"p"` and a wait's number, `"h"` and a hold's, `"d"` dormant,
/// `"s"` shrunk.
mod part_json {
    use std::fmt;

    use serde::de::{Error, SeqAccess, Visitor};
    use serde::ser::SerializeTuple;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Part, State};

    impl Serialize for Part {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let (letter, number) = match self.state {
                State::Available => ("a", None),
                State::Pending(wait) => ("p", Some(wait)),
                State::Held(hold) => ("h", Some(hold)),
                State::Dormant => ("d", None),
                State::Shrunk => ("s", None),
            };
            let mut tuple = serializer.serialize_tuple(if number.is_some() { 4 } else { 3 })?;
            tuple.serialize_element(&self.lo)?;
            tuple.serialize_element(&self.hi)?;
            tuple.serialize_element(letter)?;
            if let Some(number) = number {
                tuple.serialize_element(&number)?;
            }
            tuple.end()
        }
    }

    struct PartVisitor;

    impl<'de> Visitor<'de> for PartVisitor {
        type Value = Part;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a part of a lot such as [0, 100, \"a\"]")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Part, A::Error> {
            let missing = |at| A::Error::invalid_length(at, &"a part of a lot");
            let lo = seq.next_element()?.ok_or_else(|| missing(0))?;
            let hi = seq.next_element()?.ok_or_else(|| missing(1))?;
            let letter: Letter = seq.next_element()?.ok_or_else(|| missing(2))?;
            let state = match letter {
                Letter::Available => State::Available,
                Letter::Dormant => State::Dormant,
                Letter::Shrunk => State::Shrunk,
                Letter::Pending => State::Pending(seq.next_element()?.ok_or_else(|| missing(3))?),
                Letter::Held => State::Held(seq.next_element()?.ok_or_else(|| missing(3))?),
            };
            Ok(Part { lo, hi, state })
        }
    }

    #[derive(Deserialize)]
    enum Letter {
        #[serde(rename = "a")]
        Available,
        #[serde(rename = "p")]
        Pending,
        #[serde(rename = "h")]
        Held,
        #[serde(rename = "d")]
        Dormant,
        #[serde(rename = "s")]
        Shrunk,
    }

    impl<'de> Deserialize<'de> for Part {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_seq(PartVisitor)
        }
    }
}
