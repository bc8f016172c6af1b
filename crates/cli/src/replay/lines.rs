//! The lines of a file, plain or compressed with Zstandard.
//!
//! A file is read twice: to check it, then to feed it. What fits into memory is unpacked once.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};

use jifen_vocab::limits;
use ruzstd::decoding::StreamingDecoder;

use crate::failure::{self, Failure, NOTHING_CHANGED, Result};

/// The longest line that is read: an order of the most lines fits.
const LINE_BYTES_MAX: u64 = limits::EVENT_BYTES_MAX as u64;

/// The longest text that is kept for the second reading; a year of a large shop fits.
const KEPT_BYTES_MAX: usize = 256 << 20;

/// Bytes that are unpacked ahead at a time.
const CHUNK_BYTES: usize = 1 << 18;

/// Reads a file line by line.
pub(super) struct Lines {
    reader: Box<dyn BufRead>,
    path: String,
    buffer: Vec<u8>,
    number: u64,
    kept: Option<Vec<u8>>,
}

/// A file's text as it was at the first reading.
pub(super) struct Text(Vec<u8>);

impl Lines {
    /// Opens the file; `watch` is told how many of its bytes were read.
    pub(super) fn open(path: &Path, watch: impl Fn(u64) + Send + 'static) -> Result<Lines> {
        let name = path.display().to_string();
        let file = File::open(path).map_err(failure::io(format!("opening {name}")))?;
        let counted = BufReader::with_capacity(1 << 16, Counted { inner: file, watch });
        let packed = path.extension().is_some_and(|ending| ending == "zst");
        let reader: Box<dyn BufRead> = if packed {
            // Unpacked by a thread of its own: while the file is checked, the other processors have nothing to do.
            Box::new(BufReader::with_capacity(CHUNK_BYTES, Ahead::start(counted)))
        } else {
            Box::new(counted)
        };
        Ok(Lines { reader, path: name, buffer: Vec::new(), number: 0, kept: Some(Vec::new()) })
    }

    /// Reads the same file again: from memory where its text was kept.
    pub(super) fn again(path: &Path, kept: Option<Text>) -> Result<Lines> {
        let mut lines = match kept {
            Some(text) => {
                let reader = Box::new(Cursor::new(text.0));
                Lines { reader, path: path.display().to_string(), buffer: Vec::new(), number: 0, kept: None }
            }
            None => Lines::open(path, |_| {})?,
        };
        lines.kept = None;
        Ok(lines)
    }

    /// The next line that is not blank, with its number from 1.
    pub(super) fn next(&mut self) -> Result<Option<(u64, &[u8])>> {
        loop {
            self.buffer.clear();
            let mut limited = (&mut self.reader).take(LINE_BYTES_MAX + 1);
            let read = limited.read_until(b'\n', &mut self.buffer);
            if read.map_err(|error| damaged(&self.path, &error.to_string()))? == 0 {
                return Ok(None);
            }
            self.number += 1;
            if self.buffer.len() as u64 > LINE_BYTES_MAX {
                let what = format!("has more than {LINE_BYTES_MAX} bytes");
                return Err(wrong_line(&self.path, self.number, &what));
            }
            self.keep();
            if !self.buffer.trim_ascii().is_empty() {
                break;
            }
        }
        Ok(Some((self.number, self.buffer.trim_ascii())))
    }

    fn keep(&mut self) {
        let Some(kept) = &mut self.kept else { return };
        if kept.len() + self.buffer.len() > KEPT_BYTES_MAX {
            self.kept = None;
        } else {
            kept.extend_from_slice(&self.buffer);
        }
    }

    /// The text that was read, where it is not too long.
    pub(super) fn into_text(self) -> Option<Text> {
        self.kept.map(Text)
    }
}

/// A line is not an order.
pub(super) fn wrong_line(path: &str, number: u64, what: &str) -> Failure {
    Failure::new(format!("{path}:{number}: {what}")).data(NOTHING_CHANGED)
}

fn damaged(path: &str, what: &str) -> Failure {
    Failure::new(format!("{path} cannot be read: {what}"))
        .data(NOTHING_CHANGED)
        .hint("an order file is lines of JSON (.ndjson), or the same compressed with zstd (.ndjson.zst)")
}

/// Passes bytes on and counts them.
struct Counted<F> {
    inner: File,
    watch: F,
}

impl<F: Fn(u64)> Read for Counted<F> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        (self.watch)(read as u64);
        Ok(read)
    }
}

/// Unpacks on a thread of its own.
struct Ahead {
    chunks: Receiver<std::io::Result<Vec<u8>>>,
    chunk: Cursor<Vec<u8>>,
}

impl Ahead {
    fn start(packed: impl Read + Send + 'static) -> Ahead {
        let (sender, chunks) = sync_channel(8);
        std::thread::spawn(move || {
            let mut decoder = match StreamingDecoder::new(packed) {
                Ok(decoder) => decoder,
                Err(error) => {
                    let _ = sender.send(Err(std::io::Error::other(error.to_string())));
                    return;
                }
            };
            loop {
                let mut chunk = Vec::with_capacity(CHUNK_BYTES);
                let read = decoder.by_ref().take(CHUNK_BYTES as u64).read_to_end(&mut chunk);
                let is_last = !matches!(read, Ok(1..));
                // Nobody listens any more when a line was wrong.
                if sender.send(read.map(|_| chunk)).is_err() || is_last {
                    return;
                }
            }
        });
        Ahead { chunks, chunk: Cursor::default() }
    }
}

impl Read for Ahead {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.chunk.read(buffer)?;
        if read > 0 || buffer.is_empty() {
            return Ok(read);
        }
        match self.chunks.recv() {
            Ok(chunk) => self.chunk = Cursor::new(chunk?),
            Err(_) => return Ok(0),
        }
        self.chunk.read(buffer)
    }
}
