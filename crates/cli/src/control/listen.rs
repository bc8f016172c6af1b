//! The server's end: a thread that waits for commands and lets the server do what they ask.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::socket::Address;
use super::{Reply, Request};
use crate::failure::{self, Failure, Result};

/// The largest question: a rule book of many files.
const REQUEST_BYTES_MAX: u64 = 64 << 20;

/// Hears how far something is.
pub(crate) type Progress<'a> = dyn FnMut(u64, u64) + 'a;

/// Does what is asked.
pub(crate) trait Doing: Send + Sync + 'static {
    /// Gives the answer; a failure is told to who asked.
    fn carry_out(&self, request: Request, progress: &mut Progress<'_>) -> Result<Value>;
}

/// The open socket; when this is dropped, it is gone, and so is what it held.
pub(crate) struct Listener {
    dir: PathBuf,
    closing: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    /// Held by every conversation.
    talking: Arc<()>,
}

/// How long whoever asked last may take to get its answer before the process ends.
const LAST_WORDS: Duration = Duration::from_secs(2);

impl Drop for Listener {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::Release);
        let Ok(address) = Address::control(&self.dir) else { return };
        // The thread waits for a connection: this one is the last.
        let woken = UnixStream::connect(address.path()).is_ok();
        if let Some(thread) = self.thread.take().filter(|_| woken) {
            let _ = thread.join();
        }
        let _ = fs::remove_file(address.path());
        // The command to stop is a conversation, too: its answer goes out before the process ends.
        let until = Instant::now() + LAST_WORDS;
        while Arc::strong_count(&self.talking) > 1 && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Opens the socket of a folder whose store this process has.
pub(crate) fn listen(dir: &Path, doing: Arc<dyn Doing>) -> Result<Listener> {
    let socket = bind(dir).map_err(failure::io(format!("opening the control socket in {}", dir.display())))?;
    let closing = Arc::new(AtomicBool::new(false));
    let (closed, talking) = (Arc::clone(&closing), Arc::new(()));
    let talk = Arc::clone(&talking);
    let thread = std::thread::spawn(move || {
        for stream in socket.incoming().flatten() {
            if closed.load(Ordering::Acquire) {
                break;
            }
            let (doing, talk) = (Arc::clone(&doing), Arc::clone(&talk));
            std::thread::spawn(move || {
                if let Err(error) = converse(&stream, &*doing) {
                    tracing::debug!(%error, "a command went away before its answer");
                }
                drop(talk);
            });
        }
    });
    Ok(Listener { dir: dir.to_owned(), closing, thread: Some(thread), talking })
}

/// Nobody can connect before the socket has been closed to others: it gets its name last.
fn bind(dir: &Path) -> std::io::Result<UnixListener> {
    let (unnamed, named) = (Address::unnamed(dir)?, Address::control(dir)?);
    match fs::remove_file(unnamed.path()) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let socket = UnixListener::bind(unnamed.path())?;
    fs::set_permissions(unnamed.path(), fs::Permissions::from_mode(0o600))?;
    fs::rename(unnamed.path(), named.path())?;
    Ok(socket)
}

fn converse(stream: &UnixStream, doing: &dyn Doing) -> std::io::Result<()> {
    let mut line = String::new();
    BufReader::new(stream.take(REQUEST_BYTES_MAX)).read_line(&mut line)?;
    let mut progress = |done, of| {
        // Who asked may have gone; the work goes on.
        let _ = say(stream, &Reply::Progress(done, of));
    };
    let asked = serde_json::from_str(&line).map_err(|error| Failure::new(format!("not a question: {error}")));
    let done = asked.and_then(|request| doing.carry_out(request, &mut progress));
    match done {
        Ok(value) => say(stream, &Reply::Done(value)),
        Err(failure) => say(stream, &Reply::Failed(failure.what().to_owned())),
    }
}

fn say(mut stream: &UnixStream, reply: &Reply) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(reply)?;
    line.push(b'\n');
    stream.write_all(&line)
}
