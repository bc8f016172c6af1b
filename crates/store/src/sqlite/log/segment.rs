//! A segment: one file of the log.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::super::fault::{failed_io, foreign};
use super::super::files::{FORMAT, OLDEST_WRITER};
use crate::StoreError;

/// Where frames begin: one page, of which the header needs a little.
pub(super) const HEADER_BYTES: u64 = 4096;
const MAGIC: [u8; 8] = *b"JIFENLOG";
/// The identity of a store, in letters and digits.
const STORE_BYTES: usize = 32;
/// Magic, format, oldest writer, store, first batch.
const CHECKED_BYTES: usize = 8 + 4 + 4 + STORE_BYTES + 8;

/// A file with room for frames.
#[derive(Debug)]
pub(super) struct Segment {
    file: File,
    pub(super) path: PathBuf,
    pub(super) store: String,
    /// The batch of its first frame.
    pub(super) first: u64,
    /// Bytes, the header among them.
    pub(super) size: u64,
}

impl Segment {
    /// Opens a segment that is there.
    pub(super) fn open(path: PathBuf) -> Result<Segment, StoreError> {
        let opened = File::options().read(true).write(true).open(&path);
        let file = opened.map_err(failed_io("opening a segment of the log"))?;
        let size = file.metadata().map_err(failed_io("opening a segment of the log"))?.len();
        let mut head = Vec::new();
        let read = (&file).take(CHECKED_BYTES as u64 + 4).read_to_end(&mut head);
        read.map_err(failed_io("reading a segment of the log"))?;
        let (store, first) = read_header(&head, &path)?;
        Ok(Segment { file, path, store, first, size })
    }

    /// Makes a segment of that many bytes, all written, so that later flushes have no blocks to allocate.
    pub(super) fn create(dir: &Path, store: &str, first: u64, size: u64) -> Result<Segment, StoreError> {
        let new = dir.join("segment.new");
        let made = fill(&new, size, |_| Ok(()));
        let file = made.map_err(|error| {
            // Nothing was in it; on a full disk it must not stay.
            let _ = fs::remove_file(&new);
            failed_io("making a segment of the log")(error)
        })?;
        let segment = Segment { file, path: new, store: store.to_owned(), first, size };
        segment.enter(dir)
    }

    /// Makes a segment of that many bytes to be used later by [`Segment::begin_again`], in pieces small enough that
    /// commits flush in between.
    pub(super) fn prepare(dir: &Path, store: &str, size: u64) -> Result<Segment, StoreError> {
        let (new, path) = (dir.join("spare.new"), dir.join(format!("{size}.spare")));
        let made = fill(&new, size, File::sync_data)
            .and_then(|file| file.write_all_at(&header(store, 0), 0).and_then(|()| file.sync_all()).map(|()| file))
            .and_then(|file| fs::rename(&new, &path).map(|()| file));
        let file = made.map_err(|error| {
            let _ = fs::remove_file(&new);
            failed_io("making a segment of the log")(error)
        })?;
        Ok(Segment { file, path, store: store.to_owned(), first: 0, size })
    }

    /// Uses a segment that was set aside for other batches.
    pub(super) fn begin_again(mut self, dir: &Path, store: &str, first: u64) -> Result<Segment, StoreError> {
        (self.store, self.first) = (store.to_owned(), first);
        self.enter(dir)
    }

    /// Writes the header and gives the file the name by which it belongs to the log.
    fn enter(mut self, dir: &Path) -> Result<Segment, StoreError> {
        let path = dir.join(format!("{:020}.log", self.first));
        let entered = self
            .file
            .write_all_at(&header(&self.store, self.first), 0)
            .and_then(|()| self.file.sync_all())
            .and_then(|()| fs::rename(&self.path, &path))
            .and_then(|()| File::open(dir)?.sync_all());
        entered.map_err(failed_io("beginning a segment of the log"))?;
        self.path = path;
        Ok(self)
    }

    /// Takes the segment out of the log, to be used again.
    pub(super) fn set_aside(mut self) -> Result<Segment, StoreError> {
        let path = self.path.with_extension("spare");
        fs::rename(&self.path, &path).map_err(failed_io("setting a segment of the log aside"))?;
        self.path = path;
        Ok(self)
    }

    /// Takes the segment out of the log for good.
    pub(super) fn remove(self) -> Result<(), StoreError> {
        fs::remove_file(&self.path).map_err(failed_io("removing a segment of the log"))
    }

    /// All of its bytes.
    pub(super) fn read(&self) -> Result<Vec<u8>, StoreError> {
        fs::read(&self.path).map_err(failed_io("reading a segment of the log"))
    }

    /// Writes a frame.
    pub(super) fn write(&self, frame: &[u8], at: u64) -> Result<(), StoreError> {
        self.file.write_all_at(frame, at).map_err(failed_io("appending to the log"))
    }

    /// Waits until what was written is on the disk.
    pub(super) fn flush(&self) -> Result<(), StoreError> {
        self.file.sync_data().map_err(failed_io("flushing the log"))
    }
}

/// A file of zeros; `after_piece` is called for every piece that was written.
fn fill(path: &Path, size: u64, after_piece: impl Fn(&File) -> std::io::Result<()>) -> std::io::Result<File> {
    let mut file = File::options().read(true).write(true).create(true).truncate(true).open(path)?;
    let zeros = vec![0; 1 << 20];
    let mut left = size;
    while left > 0 {
        let piece = left.min(zeros.len() as u64);
        file.write_all(&zeros[..piece as usize])?;
        after_piece(&file)?;
        left -= piece;
    }
    Ok(file)
}

fn header(store: &str, first: u64) -> Vec<u8> {
    let mut head = MAGIC.to_vec();
    head.extend_from_slice(&FORMAT.to_le_bytes());
    head.extend_from_slice(&OLDEST_WRITER.to_le_bytes());
    head.extend_from_slice(store.as_bytes());
    head.resize(CHECKED_BYTES - 8, b' ');
    head.extend_from_slice(&first.to_le_bytes());
    let sum = crc32fast::hash(&head);
    head.extend_from_slice(&sum.to_le_bytes());
    head
}

/// The store and the first batch that a header names.
fn read_header(head: &[u8], path: &Path) -> Result<(String, u64), StoreError> {
    let Some(rest) = head.strip_prefix(&MAGIC) else {
        return Err(foreign(path, "it is not a part of the log of this program, or its beginning is damaged"));
    };
    let number = |at: usize| {
        rest.get(at..at + 4).map_or(0, |bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    };
    // Before the checksum: a newer format may have another one.
    let needed = number(4);
    if needed > FORMAT {
        return Err(StoreError::TooNew { needed, ours: FORMAT });
    }
    let whole = head.len() == CHECKED_BYTES + 4 && crc32fast::hash(&head[..CHECKED_BYTES]) == number(CHECKED_BYTES - 8);
    let (Some(store), Some(first), true) =
        (rest.get(8..8 + STORE_BYTES), head.get(CHECKED_BYTES - 8..).and_then(<[u8]>::first_chunk), whole)
    else {
        return Err(foreign(path, "its beginning is damaged"));
    };
    Ok((String::from_utf8_lossy(store).trim_end().to_owned(), u64::from_le_bytes(*first)))
}
