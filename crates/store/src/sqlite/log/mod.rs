//! The log: one frame a committed batch, flushed before anyone is answered.
//!
//! It is a folder of segments: files of a fixed size, filled one after the other. A segment whose batches the tables
//! hold durably is used again under a new name, so that in the long run a commit overwrites blocks that the file has
//! already and its flush writes nothing but the batch. (A SQLite database in this place wrote every batch twice, and
//! made every thousandth commit wait for a tenth of a second while it folded its write-ahead file.)
//!
//! A frame is its length and a checked batch. Frames that a segment holds from an earlier use have lower numbers than
//! the one expected, so that the first frame that is not whole or not the next one is the end of the log, unless a
//! later one shows that something is damaged in between.

mod ahead;
mod segment;

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};

pub(super) use self::ahead::Ahead;
use self::segment::{HEADER_BYTES, Segment};
use super::fault::{failed_io, foreign};
use crate::StoreError;

/// Bytes at the start of a frame: the length of what follows.
pub(super) const LENGTH_BYTES: usize = 4;
/// Frames begin at multiples of this.
const ALIGNMENT: usize = 16;
/// Bytes of the first segment; each is twice as large as the one before it, so that a small store stays small.
const SEGMENT_BYTES_MIN: u64 = 256 * 1024;
/// Bytes of a segment in the long run.
const SEGMENT_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// Segments kept for use again.
const SPARES_MAX: usize = 16;

/// The log, read to its end and ready for more.
pub(super) struct Log {
    dir: PathBuf,
    store: String,
    /// From the oldest to the one that is being filled; never empty.
    segments: VecDeque<Segment>,
    spares: Vec<Segment>,
    /// A spare is being made by somebody else.
    ordered: bool,
    /// Where the next frame goes in the newest segment.
    at: u64,
    last: u64,
    /// A flush failed: what is on the disk is not known until the log is read again.
    unsure: bool,
    #[cfg(test)]
    segments_max: usize,
}

/// A log whose frames have not been read yet.
pub(super) struct Found {
    dir: PathBuf,
    segments: Vec<Segment>,
    spares: Vec<Segment>,
}

impl Found {
    /// Looks for a log in a folder; none where it has no segments.
    pub(super) fn look(dir: &Path) -> Result<Option<Found>, StoreError> {
        let mut found = Found { dir: dir.to_owned(), segments: Vec::new(), spares: Vec::new() };
        let files = match fs::read_dir(dir) {
            Ok(files) => files,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed_io("reading the folder of the log")(error)),
        };
        for file in files {
            let path = file.map_err(failed_io("reading the folder of the log"))?.path();
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("log") => found.segments.push(Segment::open(path)?),
                // Left by a crash while it was being made: nothing was ever in it.
                Some("new") => fs::remove_file(&path).map_err(failed_io("removing an unfinished segment"))?,
                Some("spare") => found.spares.extend(Segment::open(path).ok()),
                _ => return Err(foreign(&path, "it is not part of the log, and nothing else belongs here")),
            }
        }
        found.segments.sort_by_key(|segment| segment.first);
        Ok((!found.segments.is_empty()).then_some(found))
    }

    /// The identity of the store, the same as in the tables.
    pub(super) fn store(&self) -> &str {
        &self.segments[0].store
    }

    /// The first batch that can still be read.
    pub(super) fn first(&self) -> u64 {
        self.segments[0].first
    }

    /// Reads the log to its end and hands out the batches after `applied`, in their order.
    pub(super) fn read(
        self,
        applied: u64,
        mut each: impl FnMut(&[u8]) -> Result<(), StoreError>,
    ) -> Result<Log, StoreError> {
        let store = self.store().to_owned();
        let mut expected = self.first();
        let mut at = HEADER_BYTES;
        for segment in &self.segments {
            if segment.first != expected || segment.store != store {
                let path = self.segments[0].path.parent().unwrap_or(&segment.path);
                return Err(foreign(path, "a part of the log is missing, damaged, or of another store"));
            }
            let bytes = segment.read()?;
            let mut frames = Frames { bytes: &bytes, at: HEADER_BYTES as usize };
            while let Some(batch) = frames.next(expected) {
                if expected > applied {
                    each(batch)?;
                }
                expected += 1;
            }
            if frames.goes_on_after(expected) {
                return Err(foreign(&segment.path, "a committed batch in the middle of it is damaged"));
            }
            at = frames.at as u64;
        }
        Ok(Log {
            dir: self.dir,
            store,
            segments: self.segments.into(),
            spares: self.spares,
            ordered: false,
            at,
            last: expected - 1,
            unsure: false,
            #[cfg(test)]
            segments_max: usize::MAX,
        })
    }
}

impl Log {
    /// Makes the log of a store whose batches before `first` need none.
    pub(super) fn create(dir: &Path, store: &str, first: u64) -> Result<(), StoreError> {
        fs::create_dir_all(dir).map_err(failed_io("creating the folder of the log"))?;
        Segment::create(dir, store, first, SEGMENT_BYTES_MIN).map(|_| ())
    }

    /// Opens the log of a store that nobody has open.
    pub(super) fn open(dir: &Path) -> Result<Log, StoreError> {
        let found = Found::look(dir)?.ok_or_else(|| foreign(dir, "it is missing"))?;
        found.read(u64::MAX, |_| Ok(()))
    }

    /// The identity of the store, the same as in the tables.
    pub(super) fn store(&self) -> &str {
        &self.store
    }

    /// Appends the batch after [`Log::last`], as it stands in another log. It is durable after [`Log::flush`].
    pub(super) fn append_later(&mut self, batch: &[u8]) -> Result<(), StoreError> {
        let mut frame = Vec::with_capacity((LENGTH_BYTES + batch.len()).next_multiple_of(ALIGNMENT));
        frame.extend_from_slice(&(batch.len() as u32).to_le_bytes());
        frame.extend_from_slice(batch);
        frame.resize(frame.len().next_multiple_of(ALIGNMENT), 0);
        if self.at + frame.len() as u64 > self.newest().size {
            self.flush()?;
            self.begin_segment(frame.len() as u64)?;
        }
        self.newest().write(&frame, self.at)?;
        self.at += frame.len() as u64;
        self.last += 1;
        Ok(())
    }

    /// Waits until what was appended is on the disk.
    pub(super) fn flush(&self) -> Result<(), StoreError> {
        self.newest().flush()
    }

    /// The newest batch there ever was.
    pub(super) fn last(&self) -> u64 {
        self.last
    }

    /// Appends the batch after [`Log::last`], which `encode` writes; durable on return. After an error the log is as
    /// it was. `buffer` is working room.
    pub(super) fn append(&mut self, buffer: &mut Vec<u8>, encode: impl FnOnce(&mut Vec<u8>)) -> Result<(), StoreError> {
        if self.unsure {
            let source = "an earlier flush of the log failed: start again, so that it is read from the disk".into();
            return Err(StoreError::Failed { context: "appending to the log", source });
        }
        buffer.clear();
        buffer.extend_from_slice(&[0; LENGTH_BYTES]);
        encode(buffer);
        let length = (buffer.len() - LENGTH_BYTES) as u32;
        buffer[..LENGTH_BYTES].copy_from_slice(&length.to_le_bytes());
        buffer.resize(buffer.len().next_multiple_of(ALIGNMENT), 0);
        if self.at + buffer.len() as u64 > self.newest().size {
            self.begin_segment(buffer.len() as u64)?;
        }
        let segment = self.newest();
        segment.write(buffer, self.at)?;
        if let Err(error) = segment.flush() {
            self.unsure = true;
            return Err(error);
        }
        self.at += buffer.len() as u64;
        self.last += 1;
        Ok(())
    }

    /// Forgets the segments whose batches are all among those up to `seq`.
    pub(super) fn prune(&mut self, seq: u64) -> Result<(), StoreError> {
        while self.segments.get(1).is_some_and(|next| next.first <= seq + 1) {
            let Some(segment) = self.segments.pop_front() else { break };
            let spare = segment.size == SEGMENT_BYTES_MAX && self.spares.len() < SPARES_MAX;
            if spare { self.spares.push(segment.set_aside()?) } else { segment.remove()? }
        }
        Ok(())
    }

    /// The first batch that is still there.
    #[cfg(test)]
    pub(super) fn first(&self) -> u64 {
        self.segments[0].first
    }

    #[cfg(test)]
    pub(super) fn segments(&self) -> usize {
        self.segments.len()
    }

    #[cfg(test)]
    pub(super) fn spares(&self) -> usize {
        self.spares.len()
    }

    #[cfg(test)]
    pub(super) fn is_ordered(&self) -> bool {
        self.ordered
    }

    /// Lets the log grow to so many segments, as a full disk would.
    #[cfg(test)]
    pub(super) fn limit_segments(&mut self, segments: usize) {
        self.segments_max = segments;
    }

    /// Bytes of the segment after the newest.
    fn next_size(&self) -> u64 {
        (self.newest().size * 2).clamp(SEGMENT_BYTES_MIN, SEGMENT_BYTES_MAX)
    }

    /// What to make ahead of its time, once half of the newest segment is full and nothing is there to follow it.
    /// Whoever takes the order answers it with [`Log::deliver`].
    pub(super) fn order(&mut self) -> Option<u64> {
        let size = self.next_size();
        let needed = !self.ordered && self.at > self.newest().size / 2;
        if !needed || self.spares.iter().any(|spare| spare.size == size) {
            return None;
        }
        self.ordered = true;
        Some(size)
    }

    /// Takes the segment that was ordered, or nothing where it could not be made.
    fn deliver(&mut self, spare: Option<Segment>) {
        self.ordered = false;
        self.spares.extend(spare);
    }

    fn newest(&self) -> &Segment {
        &self.segments[self.segments.len() - 1]
    }

    fn begin_segment(&mut self, frame_bytes: u64) -> Result<(), StoreError> {
        #[cfg(test)]
        if self.segments.len() >= self.segments_max {
            return Err(StoreError::DiskFull);
        }
        // Sizes are those of the doubling, so that a segment can be used again whatever made it so large.
        let size = self.next_size().max((HEADER_BYTES + frame_bytes).next_power_of_two());
        let first = self.last + 1;
        self.drop_spares_below(size.min(SEGMENT_BYTES_MAX))?;
        let spare = self.spares.iter().position(|spare| spare.size == size);
        let segment = match spare.map(|place| self.spares.swap_remove(place)) {
            Some(spare) => spare.begin_again(&self.dir, &self.store, first)?,
            None => Segment::create(&self.dir, &self.store, first, size)?,
        };
        self.segments.push_back(segment);
        self.at = HEADER_BYTES;
        Ok(())
    }

    /// Removes spares that are smaller than what the log has grown to: nothing asks for them any more.
    fn drop_spares_below(&mut self, size: u64) -> Result<(), StoreError> {
        let small = |spare: &mut Segment| spare.size < size;
        self.spares.extract_if(.., small).try_for_each(Segment::remove)
    }
}

/// The frames of a segment, one after the other.
struct Frames<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Frames<'a> {
    /// The next frame, if it is whole and of that batch.
    fn next(&mut self, seq: u64) -> Option<&'a [u8]> {
        let batch = batch_at(self.bytes, self.at, |found| found == seq)?;
        self.at += (LENGTH_BYTES + batch.len()).next_multiple_of(ALIGNMENT);
        Some(batch)
    }

    /// Whether a later batch follows somewhere, which then was committed after a frame that cannot be read.
    fn goes_on_after(&self, seq: u64) -> bool {
        let later = |found: u64| found > seq && found - seq < 1 << 32;
        (self.at..self.bytes.len()).step_by(ALIGNMENT).any(|at| batch_at(self.bytes, at, later).is_some())
    }
}

/// The batch in the frame at a place, if its number is wanted and it is whole. Its checksum comes first, its number
/// next.
pub(super) fn batch_at(bytes: &[u8], at: usize, wanted: impl FnOnce(u64) -> bool) -> Option<&[u8]> {
    let frame = bytes.get(at..)?;
    let (length, rest) = frame.split_first_chunk::<LENGTH_BYTES>()?;
    let (sum, checked) = rest.split_first_chunk::<4>()?;
    if !wanted(u64::from_le_bytes(*checked.first_chunk()?)) {
        return None;
    }
    let batch = rest.get(..u32::from_le_bytes(*length) as usize)?;
    (batch.len() > 12 && crc32fast::hash(&batch[4..]) == u32::from_le_bytes(*sum)).then_some(batch)
}
