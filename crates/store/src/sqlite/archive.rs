//! An archive: full copies, and what was committed since, file by file; from both a store is made as it was at any
//! instant between.
//!
//! While somebody follows, every committed batch is kept in memory until it is shipped. A file of batches is named by the
//! first and the last of them and by an instant that none of them is younger than; a copy by its newest batch and such an
//! instant. Files appear whole or not at all, and nothing in an archive is ever changed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jifen_vocab::Timestamp;

use super::SqliteStore;
use super::backup::{self, Head};
use super::fault::{failed_io, foreign};
use super::files::{FORMAT, OLDEST_WRITER};
use super::log::{LENGTH_BYTES, Log, batch_at};
use super::sealed::Sealed;
use crate::StoreError;

const MAGIC: [u8; 8] = *b"JIFENARC";
/// Magic, format, oldest writer, length of the store's name.
const HEADER_BYTES: usize = 8 + 4 + 4 + 4;

/// Bytes of batches that are kept for somebody who follows; beyond it they begin again with a full copy.
const KEPT_BYTES_MAX: usize = 256 << 20;

/// Committed batches that wait to be shipped.
#[derive(Debug, Default)]
pub(super) struct Tap {
    dir: PathBuf,
    batches: Vec<Arc<Sealed>>,
    bytes: usize,
    /// There was no room for all of them.
    overflowed: bool,
}

impl Tap {
    /// Keeps a batch that was committed.
    pub(super) fn take(&mut self, batch: &Arc<Sealed>) {
        self.bytes += batch.weight();
        if self.bytes > KEPT_BYTES_MAX {
            self.overflowed = true;
            self.batches.clear();
        }
        if !self.overflowed {
            self.batches.push(Arc::clone(batch));
        }
    }
}

/// What was added to an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shipped {
    /// So many batches in so many bytes, none where nothing was committed.
    Batches(u64, u64),
    /// Nobody followed into this archive any more, or there was too much: [`SqliteStore::follow`] begins again.
    Lost,
}

/// A store that was made from an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The full copy it began with.
    pub copy: PathBuf,
    /// Batches that were added to it.
    pub batches: u64,
    /// It holds everything that was committed until then, and nothing younger.
    pub as_of: Timestamp,
}

impl SqliteStore {
    /// Begins to follow: writes a full copy into an archive, and keeps what is committed from now on for
    /// [`SqliteStore::ship`]. Whoever followed before is left behind. `now` says what time it is.
    ///
    /// # Errors
    /// As for [`SqliteStore::backup`].
    pub fn follow(
        &self,
        dir: &Path,
        now: impl Fn() -> Timestamp,
        progress: impl FnMut(u64, u64),
    ) -> Result<PathBuf, StoreError> {
        fs::create_dir_all(dir).map_err(failed_io("creating the folder of the archive"))?;
        // What is committed while the copy is written may be in both: numbers tell.
        *self.shared.tap() = Some(Tap { dir: dir.to_owned(), ..Tap::default() });
        let unnamed = dir.join("copy.new");
        backup::remove(&unnamed)?;
        self.backup(&unnamed, progress)?;
        let Head { applied, .. } = backup::head(&unnamed)?;
        let copy = dir.join(format!("copy-{applied:020}-{:015}.db", now().as_millis()));
        fs::rename(&unnamed, &copy).map_err(failed_io("naming the copy"))?;
        backup::sync_parent(&copy)?;
        Ok(copy)
    }

    /// Adds what was committed since the last call to an archive that is followed. `now` is asked when everything was
    /// taken.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] or a technical failure; what could not be shipped comes with the next call.
    pub fn ship(&self, dir: &Path, now: impl Fn() -> Timestamp) -> Result<Shipped, StoreError> {
        let batches = {
            let mut tap = self.shared.tap();
            match tap.as_mut() {
                Some(tap) if tap.dir == dir && !tap.overflowed => {
                    tap.bytes = 0;
                    std::mem::take(&mut tap.batches)
                }
                _ => return Ok(Shipped::Lost),
            }
        };
        let (Some(first), Some(last)) = (batches.first(), batches.last()) else { return Ok(Shipped::Batches(0, 0)) };
        let path = dir.join(format!("log-{:020}-{:020}-{:015}.ship", first.seq, last.seq, now().as_millis()));
        let bytes = self.encode(&batches);
        match write_whole(&path, &bytes) {
            Ok(()) => Ok(Shipped::Batches(batches.len() as u64, bytes.len() as u64)),
            Err(error) => {
                self.put_back(dir, batches);
                Err(error)
            }
        }
    }

    /// Whether a folder is an archive.
    pub fn is_archive(dir: &Path) -> bool {
        Parts::of(dir).is_ok_and(|parts| !parts.copies.is_empty())
    }

    fn encode(&self, batches: &[Arc<Sealed>]) -> Vec<u8> {
        let store = self.shared.store_name();
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        bytes.extend_from_slice(&OLDEST_WRITER.to_le_bytes());
        bytes.extend_from_slice(&(store.len() as u32).to_le_bytes());
        bytes.extend_from_slice(store.as_bytes());
        for batch in batches {
            let at = bytes.len();
            bytes.extend_from_slice(&[0; LENGTH_BYTES]);
            batch.encode(&self.shared.kinds, &mut bytes);
            let length = (bytes.len() - at - LENGTH_BYTES) as u32;
            bytes[at..at + LENGTH_BYTES].copy_from_slice(&length.to_le_bytes());
        }
        bytes
    }

    /// What could not be written stays, before what came meanwhile.
    fn put_back(&self, dir: &Path, mut batches: Vec<Arc<Sealed>>) {
        if let Some(tap) = self.shared.tap().as_mut().filter(|tap| tap.dir == dir) {
            tap.bytes += batches.iter().map(|batch| batch.weight()).sum::<usize>();
            batches.append(&mut tap.batches);
            tap.batches = batches;
        }
    }

    /// Makes a folder from an archive, as the store was at an instant, or as it was last. The folder must not hold data
    /// yet, and holds none where this fails.
    ///
    /// # Errors
    /// [`StoreError::Foreign`] when a file of the archive is missing or damaged, the archive begins after the instant, or
    /// the folder holds data already.
    pub fn restore_archive(archive: &Path, dir: &Path, at: Option<Timestamp>) -> Result<Restored, StoreError> {
        let parts = Parts::of(archive)?;
        let until = at.unwrap_or(Timestamp::MAX);
        let copy = parts.copies.iter().rev().find(|copy| copy.as_of <= until);
        let copy = copy.ok_or_else(|| foreign(archive, parts.why_nothing()))?;
        backup::restore(&copy.path, dir)?;
        let added = add(copy, &parts, until, dir);
        if added.is_err() {
            // Half of it is worse than nothing. What stays is an empty folder.
            let _ = fs::remove_file(dir.join("tables.sqlite"));
            let _ = fs::remove_dir_all(dir.join("log"));
        }
        added
    }
}

fn add(copy: &Part, parts: &Parts, until: Timestamp, dir: &Path) -> Result<Restored, StoreError> {
    let Head { store, applied } = backup::head(&copy.path)?;
    let mut restored = Restored { copy: copy.path.clone(), batches: 0, as_of: copy.as_of };
    let mut log = Log::open(&dir.join("log"))?;
    let mut next = applied + 1;
    let wanted = parts.logs.iter().filter(|log| log.last > applied && log.as_of <= until);
    for part in wanted {
        if part.first > next {
            return Err(foreign(&part.path, format!("the file with the batches before it, from {next}, is missing")));
        }
        let bytes = fs::read(&part.path).map_err(failed_io("reading the archive"))?;
        let mut at = frames(&bytes, &store).map_err(|reason| foreign(&part.path, reason))?;
        for seq in part.first..=part.last {
            let batch = batch_at(&bytes, at, |found| found == seq);
            let batch = batch.ok_or_else(|| foreign(&part.path, format!("batch {seq} in it is damaged or cut off")))?;
            at += LENGTH_BYTES + batch.len();
            if seq == next {
                log.append_later(batch)?;
                next += 1;
                restored.batches += 1;
            }
        }
        restored.as_of = part.as_of;
    }
    log.flush()?;
    Ok(restored)
}

/// Where the batches of a file begin; the reason where it is not one of that store.
fn frames(bytes: &[u8], store: &str) -> Result<usize, String> {
    let number = |at: usize| bytes.get(at..at + 4).and_then(|four| Some(u32::from_le_bytes(four.try_into().ok()?)));
    if bytes.get(..8) != Some(&MAGIC[..]) {
        return Err("it is not part of an archive".to_owned());
    }
    let (Some(needed), Some(length)) = (number(12), number(16)) else { return Err("it is cut off".to_owned()) };
    if needed > FORMAT {
        return Err(format!("it needs a build that writes format {needed}; this one writes {FORMAT}"));
    }
    let end = HEADER_BYTES + length as usize;
    if bytes.get(HEADER_BYTES..end) != Some(store.as_bytes()) {
        return Err("it is of another store than the copy".to_owned());
    }
    Ok(end)
}

/// A file of an archive. Of a copy, `first` and `last` are its newest batch.
#[derive(Debug)]
struct Part {
    path: PathBuf,
    first: u64,
    last: u64,
    as_of: Timestamp,
}

/// The files of an archive, each kind in the order of its batches.
#[derive(Debug, Default)]
struct Parts {
    copies: Vec<Part>,
    logs: Vec<Part>,
}

impl Parts {
    fn of(archive: &Path) -> Result<Parts, StoreError> {
        let mut parts = Parts::default();
        for file in fs::read_dir(archive).map_err(failed_io("reading the folder of the archive"))? {
            let path = file.map_err(failed_io("reading the folder of the archive"))?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            let numbers = |name: &str| name.split('-').map(|number| number.parse().ok()).collect::<Option<Vec<u64>>>();
            let as_of = |ms: u64| Timestamp::from_millis(i64::try_from(ms).unwrap_or(i64::MAX));
            // Other files are nobody's business: notes, and what is still being written.
            if let Some(inner) = name.strip_prefix("copy-").and_then(|name| name.strip_suffix(".db"))
                && let Some(&[last, ms]) = numbers(inner).as_deref()
            {
                parts.copies.push(Part { path, first: last, last, as_of: as_of(ms) });
            } else if let Some(inner) = name.strip_prefix("log-").and_then(|name| name.strip_suffix(".ship"))
                && let Some(&[first, last, ms]) = numbers(inner).as_deref()
            {
                parts.logs.push(Part { path, first, last, as_of: as_of(ms) });
            }
        }
        parts.copies.sort_by_key(|part| part.as_of);
        parts.logs.sort_by_key(|part| (part.as_of, part.first));
        Ok(parts)
    }

    fn why_nothing(&self) -> String {
        match self.copies.first() {
            None => "it holds no archive: `jifen backup --follow` makes one".to_owned(),
            Some(first) => format!("the archive begins later, at {}", first.as_of),
        }
    }
}

fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let partial = path.with_extension("new");
    let written = fs::write(&partial, bytes)
        .and_then(|()| File::open(&partial)?.sync_all())
        .and_then(|()| fs::rename(&partial, path));
    if let Err(error) = written {
        let _ = fs::remove_file(&partial);
        return Err(failed_io("writing to the archive")(error));
    }
    backup::sync_parent(path)
}
