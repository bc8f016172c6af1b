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
use jifen_store::keyring::Ring;
use jifen_store::{Bound, Find, Order, StoreError};
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

/// Names of the marks that say who was erased, where the keys of members are in a database.
const PREFIX: &str = "erased/";

/// Who was erased, and when: a list that only grows.
pub(super) enum ErasedList {
    /// A file beside the master key.
    File(ErasedFile),
    /// With the keys of members, in their database: other machines add to it.
    Ring,
}

impl ErasedList {
    /// The list in that file; there need not be one.
    pub(super) fn open(path: &Path) -> io::Result<ErasedList> {
        ErasedFile::open(path).map(ErasedList::File)
    }

    /// The list with the keys of members.
    pub(super) fn in_ring() -> ErasedList {
        ErasedList::Ring
    }

    /// Whether that member was erased.
    pub(super) fn has(&self, ring: &dyn Ring, member: &str) -> Result<bool, StoreError> {
        match self {
            ErasedList::File(file) => Ok(file.known().contains_key(member)),
            ErasedList::Ring => Ok(ring.mark(&format!("{PREFIX}{member}"))?.is_some()),
        }
    }

    /// Writes a member down; a file's line is durable on return, a mark with the change it belongs to.
    fn add(&self, ring: &dyn Ring, member: &str, at: Timestamp) -> Result<(), SealError> {
        match self {
            ErasedList::File(file) => Ok(file.add(member, at)?),
            ErasedList::Ring => mark(ring, member, at),
        }
    }

    fn all(&self, ring: &dyn Ring) -> Result<BTreeMap<CompactString, Timestamp>, SealError> {
        match self {
            ErasedList::File(file) => Ok(file.known().clone()),
            ErasedList::Ring => marked(ring),
        }
    }

    /// Copies the list to keys of members that are to be used from now on.
    pub(super) fn copy_into(&self, ring: &dyn Ring) -> Result<(), SealError> {
        self.all(ring)?.iter().try_for_each(|(member, at)| mark(ring, member, *at))
    }
}

fn mark(ring: &dyn Ring, member: &str, at: Timestamp) -> Result<(), SealError> {
    let name = format!("{PREFIX}{member}");
    if ring.mark(&name)?.is_none() {
        ring.set_mark(&name, at.as_millis().to_string().as_bytes())?;
    }
    Ok(())
}

fn marked(ring: &dyn Ring) -> Result<BTreeMap<CompactString, Timestamp>, SealError> {
    let (mut found, mut after) = (BTreeMap::new(), CompactString::default());
    loop {
        let page = ring.marks(PREFIX, &after, PAGE)?;
        let Some((last, _)) = page.last() else { return Ok(found) };
        after = last.clone();
        for (name, at) in page {
            let at = std::str::from_utf8(&at).ok().and_then(|at| at.parse().ok()).ok_or(SealError::Broken)?;
            found.insert(name[PREFIX.len()..].into(), Timestamp::from_millis(at));
        }
    }
}

/// The list as a file.
pub(super) struct ErasedFile {
    path: PathBuf,
    erased: Mutex<BTreeMap<CompactString, Timestamp>>,
}

impl ErasedFile {
    /// Reads the file; there need not be one. A last line that was cut off counts as not written: whoever wrote it was
    /// not told that it was.
    fn open(path: &Path) -> io::Result<ErasedFile> {
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
        Ok(ErasedFile { path: path.to_owned(), erased: Mutex::new(erased) })
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
        self.ring.change::<_, SealError>(|ring| {
            self.erased.add(ring, &erasure.member, erasure.at)?;
            Ok(ring.destroy(&erasure.member)?)
        })?;
        Ok(self.ring.scour()?)
    }

    /// Brings the store's erasures and the file's together. Gives the members of whom something may be left that persons
    /// wrote to them: an erasure was interrupted, or an old backup brought back. May block: call it from a thread of its
    /// own.
    ///
    /// # Errors
    /// [`SealError`]
    pub fn complete_erasures(&self, engine: &Engine) -> Result<Vec<CompactString>, SealError> {
        let in_store = in_store(engine)?;
        let (erased, brought_back) = self.ring.change(|ring| self.destroy_erased(ring, &in_store))?;
        if brought_back {
            self.ring.scour()?;
        }
        for (member, at) in &erased {
            if in_store.contains_key(member) {
                continue;
            }
            let again = engine.submit_blocking(EraseAgain { member: member.clone(), at: *at }, None);
            let answered = again.map_err(|error| SealError::Engine(error.to_string()))?;
            answered.result.map_err(|refusal| SealError::Engine(refusal.code.as_str().to_owned()))?;
        }
        let is_whole = |member: &CompactString| in_store.get(member).is_some_and(|erasure| erasure.forgotten);
        Ok(erased.into_keys().filter(|member| !is_whole(member)).collect())
    }
}

impl Vault {
    /// Everybody who was erased; and whether keys of them were there, brought back with what they open.
    fn destroy_erased(
        &self,
        ring: &dyn Ring,
        in_store: &BTreeMap<CompactString, Erasure>,
    ) -> Result<(BTreeMap<CompactString, Timestamp>, bool), SealError> {
        for erasure in in_store.values() {
            self.erased.add(ring, &erasure.member, erasure.at)?;
        }
        let (erased, mut brought_back) = (self.erased.all(ring)?, false);
        for member in erased.keys() {
            brought_back |= ring.key(member)?.is_some() || !ring.contacts(member)?.is_empty();
            ring.destroy(member)?;
        }
        Ok((erased, brought_back))
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
        let list = ErasedFile::open(&path).unwrap();
        list.add("lin", Timestamp::from_millis(5)).unwrap();
        list.add("lin", Timestamp::from_millis(9)).unwrap();
        list.append().unwrap().write_all(b"{\"member\": \"we").unwrap();
        let list = ErasedFile::open(&path).unwrap();
        assert!(list.known().contains_key("lin") && !list.known().contains_key("wei"));
        list.add("ada", Timestamp::from_millis(7)).unwrap();
        let list = ErasedFile::open(&path).unwrap();
        assert!(list.known().contains_key("lin") && list.known().contains_key("ada"));
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 2);
        fs::write(&path, "nonsense\n").unwrap();
        assert!(ErasedFile::open(&path).is_err(), "nobody is forgotten to be erased in silence");
    }
}
