//! Proof that the trail is whole: every line holds the hash of the one before, the head that of the last.

use jifen_ledger::Hash;
use jifen_vocab::Key;
use sha2::{Digest, Sha256};

use super::{AuditHead, AuditLine};
use crate::desk::{Record, RecordFault};

/// The hash of a line's stored bytes; they hold the hash before.
pub(super) fn hash_of(body: &[u8]) -> Hash {
    Hash::from_bytes(Sha256::digest(body).into())
}

/// The hash of a line as it will be stored.
pub(super) fn seal(line: &AuditLine) -> Result<Hash, RecordFault> {
    let mut body = Vec::with_capacity(512);
    let key = || Key { kind: AuditLine::KIND, id: AuditLine::id(line.number) };
    line.write(&mut body).map_err(|error| RecordFault::Unreadable { key: key(), reason: error.to_string() })?;
    Ok(hash_of(&body))
}

/// Where the trail breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    /// A line is not there.
    #[error("line {0} is missing")]
    Missing(u64),
    /// There are lines after the one that the head says is the last.
    #[error("line {0} stands after the last that was written")]
    Surplus(u64),
    /// A line cannot be read or says another number than it stands under.
    #[error("line {0} is damaged")]
    Damaged(u64),
    /// A line was changed: the next, or the head, remembers it otherwise.
    #[error("line {0} was changed after it was written")]
    Changed(u64),
}

/// Reads the lines in their order and says where they stop following each other.
#[derive(Debug, Clone, Copy, Default)]
pub struct Chain {
    number: u64,
    hash: Hash,
}

impl Chain {
    /// Before the first line.
    pub fn new() -> Self {
        Chain::default()
    }

    /// How many lines were read.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Reads the next line: the id and the bytes it is stored under.
    ///
    /// # Errors
    /// [`Break`]; what follows proves nothing more.
    pub fn follow(&mut self, id: &str, body: &[u8]) -> Result<(), Break> {
        let expected = self.number + 1;
        if id != AuditLine::id(expected) {
            return Err(Break::Missing(expected));
        }
        let line = AuditLine::read(body).map_err(|_| Break::Damaged(expected))?;
        if line.number != expected {
            return Err(Break::Damaged(expected));
        }
        if line.previous != self.hash {
            return Err(Break::Changed(self.number.max(1)));
        }
        *self = Chain { number: expected, hash: hash_of(body) };
        Ok(())
    }

    /// Compares with the head, when the line that was its newest has been read.
    ///
    /// # Errors
    /// [`Break`]
    pub fn ends_at(&self, head: &AuditHead) -> Result<(), Break> {
        if self.number < head.number {
            return Err(Break::Missing(self.number + 1));
        }
        if self.number > head.number {
            return Err(Break::Surplus(head.number + 1));
        }
        if self.hash == head.hash { Ok(()) } else { Err(Break::Changed(self.number)) }
    }
}
