//! Marks: what tells devices and paying accounts apart without telling which they are.
//!
//! A mark is a short hash under a key that only the server has. Few bits suffice: a mark is compared with a handful of
//! another member's, not searched for.

use sha2::{Digest, Sha256};
use smallvec::SmallVec;

use super::Event;

/// A mark.
pub type Mark = u32;

/// What an event's marks are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkOf {
    /// The device it came from.
    Device,
    /// The account that paid.
    Payment,
}

/// The key under which marks are made.
#[derive(Clone)]
pub struct Marker([u8; 32]);

impl std::fmt::Debug for Marker {
    /// Says nothing: it is a key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Marker { … }")
    }
}

impl Marker {
    /// Makes marks under that key.
    pub fn new(key: [u8; 32]) -> Marker {
        Marker(key)
    }

    /// Marks an event with what it names.
    pub fn mark(&self, event: &mut Event) {
        let named = [(MarkOf::Device, &event.device), (MarkOf::Payment, &event.payer)];
        let marks = named.into_iter().filter_map(|(of, text)| Some(self.of(of, text.as_deref()?)));
        event.marks = marks.collect::<SmallVec<[Mark; 2]>>();
    }

    /// The key stands before the text and has a fixed length, and of the hash only a few bits are given away: nobody can
    /// make marks of other texts from it.
    fn of(&self, of: MarkOf, text: &str) -> Mark {
        let hash = Sha256::new().chain_update(self.0).chain_update([of as u8]).chain_update(text).finalize();
        let first = [hash[0], hash[1], hash[2], hash[3]];
        // The lowest bit tells what it is of, so that marks of both kinds fit in one list.
        (u32::from_be_bytes(first) & !1) | of as u32
    }
}

impl MarkOf {
    /// What a mark is of.
    pub const fn of(mark: Mark) -> MarkOf {
        if mark & 1 == MarkOf::Payment as u32 { MarkOf::Payment } else { MarkOf::Device }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_differ_by_key_kind_and_text() {
        let (one, other) = (Marker::new([1; 32]), Marker::new([2; 32]));
        let mark = one.of(MarkOf::Device, "d-77");
        assert_eq!(mark, one.of(MarkOf::Device, "d-77"));
        assert_ne!(mark, one.of(MarkOf::Device, "d-78"));
        assert_ne!(mark, one.of(MarkOf::Payment, "d-77"));
        assert_ne!(mark, other.of(MarkOf::Device, "d-77"));
        assert_eq!((MarkOf::of(mark), MarkOf::of(one.of(MarkOf::Payment, "d-77"))), (MarkOf::Device, MarkOf::Payment));
    }
}
