//! The desk of one command: reads see the batch so far, writes are staged until the command succeeds.

use std::sync::Arc;

use compact_str::CompactString;
use jifen_vocab::{Code, Count, Day, Refusal, Timestamp};
use sha2::{Digest, Sha256};
use smallvec::SmallVec;

use super::records::Staged;
use super::{Record, RecordFault, Records};
use crate::book::Books;

pub use jifen_ledger::Sealed as SealedEntry;

/// Why a decision did not come about.
#[derive(Debug)]
pub enum Stop {
    /// A business "no".
    Refused(Refusal),
    /// A record is damaged or was not asked for: ours to mend, answered as a fault.
    Fault(RecordFault),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Stop::Refused(refusal)
    }
}

impl From<Code> for Stop {
    fn from(code: Code) -> Self {
        Stop::Refused(Refusal::new(code))
    }
}

impl From<RecordFault> for Stop {
    fn from(fault: RecordFault) -> Self {
        Stop::Fault(fault)
    }
}

/// Where chance comes from.
#[derive(Debug)]
pub enum Draws {
    /// A dry run: chances are shown as odds, never drawn.
    Odds,
    /// Numbers from this seed, which is the command's own and recorded with what was drawn.
    Seed(u64),
}

/// What a decision leaves for the commit, besides its records.
#[derive(Debug, Default)]
pub struct Left {
    /// Entries, each with the id of its chain.
    pub entries: Vec<(CompactString, SealedEntry)>,
    /// Counters.
    pub counts: Vec<Count>,
    /// Events noted for rules to come, each as JSON.
    pub notes: Vec<Vec<u8>>,
    /// Whether versions of the rule book came or went: whoever commits this reads them again.
    pub changes_books: bool,
}

/// The desk of one command.
pub struct Desk<'a> {
    records: &'a mut Records,
    books: &'a Books,
    now: Timestamp,
    draws: Draws,
    staged: SmallVec<[Staged; 6]>,
    entries: Vec<(CompactString, SealedEntry)>,
    counts: Vec<Count>,
    notes: Vec<Vec<u8>>,
    notes_since: Timestamp,
    changes_books: bool,
}

impl<'a> Desk<'a> {
    /// A desk over what was loaded. `now` is given once per batch.
    pub fn new(records: &'a mut Records, books: &'a Books, now: Timestamp, draws: Draws) -> Self {
        Desk {
            records,
            books,
            now,
            draws,
            staged: SmallVec::new(),
            entries: Vec::new(),
            counts: Vec::new(),
            notes: Vec::new(),
            notes_since: Timestamp::MAX,
            changes_books: false,
        }
    }

    /// The instant of this decision.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The rule books, of today and of the days before.
    pub fn books(&self) -> &'a Books {
        self.books
    }

    /// Whether this is a dry run, in which chances are not drawn.
    pub fn is_dry(&self) -> bool {
        matches!(self.draws, Draws::Odds)
    }

    /// The next number from the command's seed, evenly from 0 to 999,999; nothing in a dry run.
    pub fn draw(&mut self) -> Option<u32> {
        let Draws::Seed(state) = &mut self.draws else { return None };
        Some(draw_below_million(state))
    }

    /// A new identifier: its kind, then the instant and the command's own randomness, so that later ones sort later.
    pub fn new_id(&mut self, prefix: &str) -> CompactString {
        self.new_id_at(prefix, self.now)
    }

    /// The same, sorted as if it were made at that instant.
    pub fn new_id_at(&mut self, prefix: &str, at: Timestamp) -> CompactString {
        let mut id = CompactString::with_capacity(prefix.len() + 24);
        id.push_str(prefix);
        id.push('_');
        let random = match &mut self.draws {
            Draws::Odds => 0,
            Draws::Seed(state) => mixed(state),
        };
        push_base32(&mut id, at.as_millis().max(0).unsigned_abs(), 9);
        push_base32(&mut id, random, 13);
        id
    }

    /// A number that only this process can work out, the same for the same name: for codes that are worth something. What
    /// is drawn for identifiers could be worked back from these.
    pub fn secret_of(&self, name: &str) -> u128 {
        let mut hasher = Sha256::new();
        hasher.update(self.records.secret());
        hasher.update(name.as_bytes());
        let digest: [u8; 32] = hasher.finalize().into();
        digest.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte))
    }

    /// The record as the batch and this command left it, `None` where there is none.
    pub fn read<R: Record>(&self, id: &str) -> Result<Option<Arc<R>>, RecordFault> {
        let staged = self.staged.iter().rev().find(|staged| staged.key.kind == R::KIND && staged.key.id == id);
        match staged {
            Some(staged) => staged.get::<R>().map(Some),
            None => self.records.get::<R>(id),
        }
    }

    /// Whether the record was asked for, existing or not.
    pub fn has_asked<R: Record>(&self, id: &str) -> bool {
        self.records.holds(&jifen_vocab::Key::new(R::KIND, id))
    }

    /// Writes a record that this command asked for.
    pub fn write<R: Record>(&mut self, id: &str, record: R) {
        self.staged.push(Staged::new(id, record, false));
    }

    /// Writes a record that need not be asked for, because its id is new by construction (a chain's next number, say).
    pub fn write_new<R: Record>(&mut self, id: &str, record: R) {
        self.staged.push(Staged::new(id, record, true));
    }

    /// Appends entries to the chain of that record.
    pub fn append(&mut self, chain: &str, entries: impl IntoIterator<Item = SealedEntry>) {
        let chain = CompactString::new(chain);
        self.entries.extend(entries.into_iter().map(|entry| (chain.clone(), entry)));
    }

    /// Adds to a counter.
    pub fn count(&mut self, metric: &'static str, day: Day, dimensions: CompactString, add: i64) {
        self.counts.push(Count { metric, day, dimensions, add });
    }

    /// Says that events from that instant on are noted; without it, none are.
    #[must_use]
    pub fn noting_since(self, notes_since: Timestamp) -> Self {
        Desk { notes_since, ..self }
    }

    /// Whether an event of that instant is noted.
    pub fn notes(&self, at: Timestamp) -> bool {
        at >= self.notes_since
    }

    /// Notes an event: JSON as [`crate::days::DayEvent`] reads it.
    pub fn note(&mut self, event: Vec<u8>) {
        self.notes.push(event);
    }

    /// Says that versions of the rule book came or went.
    pub fn changes_books(&mut self) {
        self.changes_books = true;
    }

    /// Carries out a part of a decision: a refusal takes back all that the part wrote, and the rest goes on.
    ///
    /// # Errors
    /// A fault, which ends the whole decision.
    pub fn attempt<T>(
        &mut self,
        part: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<Result<T, Refusal>, RecordFault> {
        let mark = self.mark();
        let done = judged(part(self))?;
        if done.is_err() {
            self.back_to(mark);
        }
        Ok(done)
    }

    /// Looks what a part of a decision would come to, and takes back all that it wrote.
    ///
    /// # Errors
    /// A fault, which ends the whole decision.
    pub fn rehearse<T>(
        &mut self,
        part: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<Result<T, Refusal>, RecordFault> {
        let mark = self.mark();
        let done = judged(part(self));
        self.back_to(mark);
        done
    }

    /// How far this decision has come; see [`Desk::back_to`].
    pub(crate) fn mark(&self) -> Mark {
        Mark { written: [self.staged.len(), self.entries.len(), self.counts.len()], changes_books: self.changes_books }
    }

    /// Takes back all that was written since then.
    pub(crate) fn back_to(&mut self, mark: Mark) {
        let [staged, entries, counts] = mark.written;
        self.changes_books = mark.changes_books;
        self.staged.truncate(staged);
        self.entries.truncate(entries);
        self.counts.truncate(counts);
    }

    /// Folds what was staged into the records and gives the entries and counts.
    pub fn leave(self) -> Result<Left, RecordFault> {
        for staged in self.staged {
            if staged.is_new {
                self.records.set_new(staged);
            } else {
                self.records.set(staged)?;
            }
        }
        Ok(Left { entries: self.entries, counts: self.counts, notes: self.notes, changes_books: self.changes_books })
    }
}

/// How far a decision had come.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    written: [usize; 3],
    changes_books: bool,
}

/// A refusal apart from a fault.
fn judged<T>(result: Result<T, Stop>) -> Result<Result<T, Refusal>, RecordFault> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Stop::Refused(refusal)) => Ok(Err(refusal)),
        Err(Stop::Fault(fault)) => Err(fault),
    }
}

/// The next 64 bits of SplitMix64.
fn mixed(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Evenly from 0 to 999,999: numbers at the top that would favor some results are drawn again.
fn draw_below_million(state: &mut u64) -> u32 {
    const MILLION: u64 = 1_000_000;
    loop {
        let number = mixed(state);
        if number < u64::MAX / MILLION * MILLION {
            return (number % MILLION) as u32;
        }
    }
}

/// The lowest `digits` digits of a number in Crockford's base 32, most significant first.
fn push_base32(out: &mut CompactString, number: u64, digits: u32) {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    for place in (0..digits).rev() {
        let digit = number.checked_shr(place * 5).unwrap_or(0) & 31;
        out.push(char::from(DIGITS[digit as usize]));
    }
}
