//! Erasures: a person's key is destroyed, and stays destroyed whatever is brought back.
//!
//! Who was erased is known twice: as a record of the store, and in a file beside the master key that only grows. At each
//! start one completes the other, so that neither an old backup of the store nor old keys bring a person back.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use compact_str::CompactString;
use jifen_engine::Engine;
use jifen_program::desk::Record;
use jifen_program::members::{ERASURE, EraseAgain, Erasure};
use jifen_store::{Bound, Find, Order};
use jifen_vocab::Timestamp;
use serde::{Deserialize, Serialize};

use super::{SealError, Vault};

/// Erasures read at once.
const PAGE: usize = 500;

/// A line of the file.
#[derive(Serialize, Deserialize)]
struct Line {
    member: CompactString,
    at: Timestamp,
}

/// Who was erased, and when: a file that only grows.
pub(super) struct ErasedList {
    path: PathBuf,
    erased: Mutex<BTreeMap<CompactString, Timestamp>>,
}

impl ErasedList {
    /// Reads the file; there need not be one. A last line that was cut off counts as not written: whoever wrote it was
    /// not told that it was.
    pub(super) fn open(path: &Path) -> io::Result<ErasedList> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        if whole < text.len() {
            OpenOptions::new().write(true).open(path)?.set_len(whole as u64)?;
        }
        let read = |line| serde_json::from_str::<Line>(line).map(|line| (line.member, line.at));
        let erased = text[..whole].lines().map(read).collect::<Result<_, _>>()?;
        Ok(ErasedList { path: path.to_owned(), erased: Mutex::new(erased) })
    }

    /// Whether that member was erased.
    pub(super) fn has(&self, member: &str) -> bool {
        self.known().contains_key(member)
    }

    /// Writes a member down; durable on return.
    fn add(&self, member: &str, at: Timestamp) -> io::Result<()> {
        let mut known = self.known();
        if known.contains_key(member) {
            return Ok(());
        }
        let mut line = serde_json::to_vec(&Line { member: member.into(), at })?;
        line.push(b'\n');
        let mut file = self.append()?;
        file.write_all(&line)?;
        file.sync_all()?;
        known.insert(member.into(), at);
        Ok(())
    }

    fn append(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&self.path)
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<CompactString, Timestamp>> {
        self.erased.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Vault {
    /// Destroys a person's key and forgets their contacts: what is sealed about them, wherever a copy lies, cannot be
    /// opened again. The erasure must be in the store already.
    ///
    /// # Errors
    /// [`SealError`]; it is completed at the next start, see [`Vault::complete_erasures`].
    pub fn erase(&self, erasure: &Erasure) -> Result<(), SealError> {
        self.erased.add(&erasure.member, erasure.at)?;
        self.ring.change(|ring| ring.destroy(&erasure.member))?;
        Ok(self.ring.scour()?)
    }

    /// Brings the store's erasures and the file's together. May block: call it from a thread of its own.
    ///
    /// # Errors
    /// [`SealError`]
    pub fn complete_erasures(&self, engine: &Engine) -> Result<(), SealError> {
        let in_store = in_store(engine)?;
        for erasure in in_store.values() {
            self.erased.add(&erasure.member, erasure.at)?;
        }
        let erased = self.erased.known().clone();
        if erased.is_empty() {
            return Ok(());
        }
        // Old keys may have been brought back with what they open.
        self.ring.change::<_, SealError>(|ring| Ok(erased.keys().try_for_each(|member| ring.destroy(member))?))?;
        self.ring.scour()?;
        for (member, at) in erased.into_iter().filter(|(member, _)| !in_store.contains_key(member)) {
            let again = engine.submit_blocking(EraseAgain { member, at }, None);
            let answered = again.map_err(|error| SealError::Engine(error.to_string()))?;
            answered.result.map_err(|refusal| SealError::Engine(refusal.code.as_str().to_owned()))?;
        }
        Ok(())
    }
}

fn in_store(engine: &Engine) -> Result<BTreeMap<CompactString, Erasure>, SealError> {
    let mut found = BTreeMap::new();
    let mut from = Bound::Start;
    loop {
        let find = Find { kind: &ERASURE, column: None, equals: None, order: Order::Ascending, from, limit: PAGE };
        let page = engine.store().find(&find)?;
        for (id, _, row) in page.rows {
            let erasure = Erasure::read(&row.body).map_err(|error| SealError::Engine(error.to_string()))?;
            found.insert(id, erasure);
        }
        match page.next {
            Some(next) => from = next,
            None => return Ok(found),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_grows_and_survives_a_line_that_was_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("erased.ndjson");
        let list = ErasedList::open(&path).unwrap();
        list.add("lin", Timestamp::from_millis(5)).unwrap();
        list.add("lin", Timestamp::from_millis(9)).unwrap();
        list.append().unwrap().write_all(b"{\"member\": \"we").unwrap();
        let list = ErasedList::open(&path).unwrap();
        assert!(list.has("lin") && !list.has("wei"));
        list.add("ada", Timestamp::from_millis(7)).unwrap();
        let list = ErasedList::open(&path).unwrap();
        assert!(list.has("lin") && list.has("ada"));
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 2);
        fs::write(&path, "nonsense\n").unwrap();
        assert!(ErasedList::open(&path).is_err(), "nobody is forgotten to be erased in silence");
    }
}
