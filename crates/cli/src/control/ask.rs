//! The command's end: ask the server, hear its progress, take its answer.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

use serde_json::Value;

use super::socket::Address;
use super::{Reply, Request};
use crate::failure::{Failure, NOTHING_LOST, Result};

/// Asks the server of that folder. Nothing when nobody serves it.
pub(crate) fn ask(dir: &Path, request: &Request, mut progress: impl FnMut(u64, u64)) -> Result<Option<Value>> {
    let Some(mut stream) = connect(dir) else { return Ok(None) };
    let mut line = serde_json::to_vec(request).map_err(|error| Failure::new(format!("asking the server: {error}")))?;
    line.push(b'\n');
    stream.write_all(&line).map_err(|error| lost(&error.to_string()))?;
    for line in BufReader::new(stream).lines() {
        let line = line.map_err(|error| lost(&error.to_string()))?;
        let reply = serde_json::from_str(&line).map_err(|error| lost(&error.to_string()))?;
        match reply {
            Reply::Progress(done, of) => progress(done, of),
            Reply::Done(value) => return Ok(Some(value)),
            Reply::Failed(what) => return Err(Failure::new(what)),
        }
    }
    Err(lost("it ended before it answered"))
}

fn connect(dir: &Path) -> Option<UnixStream> {
    let address = Address::control(dir).ok()?;
    UnixStream::connect(address.path()).ok()
}

fn lost(what: &str) -> Failure {
    Failure::new(format!("the running server did not answer: {what}"))
        .data(NOTHING_LOST)
        .hint("look at the server's log, and ask again")
}
