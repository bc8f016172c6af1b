//! Cursors: opaque to clients, versioned, so that their content may change.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use compact_str::CompactString;

use crate::problems::Problem;

/// Where a page goes on: the number of a journal's entry, in a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EntryCursor {
    pub(crate) stream: u16,
    pub(crate) entry: u64,
}

const VERSION: u8 = 1;

impl EntryCursor {
    pub(crate) fn write(self) -> String {
        let mut bytes = [0; 11];
        bytes[0] = VERSION;
        bytes[1..3].copy_from_slice(&self.stream.to_be_bytes());
        bytes[3..].copy_from_slice(&self.entry.to_be_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    pub(crate) fn read(text: &str) -> Result<Self, Problem> {
        let wrong = || Problem::parameter("cursor", "be the next_cursor of an earlier page");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
        let [VERSION, s0, s1, entry @ ..] = bytes.as_slice() else { return Err(wrong()) };
        let entry = u64::from_be_bytes(entry.try_into().map_err(|_| wrong())?);
        Ok(EntryCursor { stream: u16::from_be_bytes([*s0, *s1]), entry })
    }
}

/// Where a page goes on: after the record of that id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IdCursor(pub(crate) CompactString);

impl IdCursor {
    pub(crate) fn write(&self) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(self.0.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    pub(crate) fn read(text: &str) -> Result<Self, Problem> {
        let wrong = || Problem::parameter("cursor", "be the next_cursor of an earlier page");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
        let [VERSION, id @ ..] = bytes.as_slice() else { return Err(wrong()) };
        let id = std::str::from_utf8(id).map_err(|_| wrong())?;
        jifen_vocab::id::check(id).map_err(|_| wrong())?;
        Ok(IdCursor(CompactString::new(id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_others_are_refused() {
        let cursor = EntryCursor { stream: 3, entry: u64::MAX - 1 };
        assert_eq!(EntryCursor::read(&cursor.write()).unwrap(), cursor);
        let cursor = IdCursor("rev_1".into());
        assert_eq!(IdCursor::read(&cursor.write()).unwrap(), cursor);
        for text in ["", "AA", "!", &URL_SAFE_NO_PAD.encode([2; 11])] {
            assert!(EntryCursor::read(text).is_err(), "{text}");
            assert!(IdCursor::read(text).is_err(), "{text}");
        }
    }
}
