//! `jifen backup --follow`: an archive that grows while the folder is served.

use std::path::Path;
use std::time::Duration;

use jifen_engine::Clock;
use jifen_store::sqlite::{Shipped, SqliteStore};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::control::{self, Progress, Request};
use crate::failure::{Failure, NOTHING_LOST, Result};
use crate::terminal;

/// What the server says of a delivery.
#[derive(Debug, Serialize, Deserialize)]
struct Delivery {
    /// Whether the archive must begin again with a full copy.
    lost: bool,
    batches: u64,
    bytes: u64,
}

/// Asks the server of a folder again and again for what was committed, until it ends or this process does. Nothing but a
/// second copy is lost where it is interrupted: files appear whole or not at all.
pub(crate) fn follow(dir: &Path, archive: &Path, every: Duration) -> Result {
    begin(dir, archive)?;
    loop {
        std::thread::sleep(every);
        let asked = control::ask(dir, &Request::Ship { archive: archive.to_owned() }, |_, _| {})?;
        let answer = asked.ok_or_else(gone)?;
        let delivery: Delivery = serde_json::from_value(answer).map_err(|error| Failure::new(error.to_string()))?;
        if delivery.lost {
            terminal::remark(
                "the server was started again, or somebody else follows: beginning with another full copy",
            );
            begin(dir, archive)?;
        } else if delivery.batches > 0 {
            terminal::line(format!("{} batches, {} bytes", delivery.batches, delivery.bytes));
        }
    }
}

fn begin(dir: &Path, archive: &Path) -> Result {
    let bar = terminal::bar(0, "copying");
    let progress = |done, of| {
        bar.set_length(of);
        bar.set_position(done);
    };
    let begun = control::ask(dir, &Request::Follow { archive: archive.to_owned() }, progress)?;
    bar.finish_and_clear();
    let copy = begun.ok_or_else(gone)?;
    terminal::line(format!("following into {}, from {}", archive.display(), copy["copy"].as_str().unwrap_or_default()));
    Ok(())
}

fn gone() -> Failure {
    Failure::new("nobody serves the folder")
        .data(NOTHING_LOST)
        .hint("start the server and follow again; a folder that nobody serves is copied by `jifen backup FILE`")
}

/// The server's part of a beginning.
pub(crate) fn carry_out_begin(store: &SqliteStore, archive: &Path, progress: &mut Progress<'_>) -> Result<Value> {
    let copy = store.follow(archive, || Clock::new(0).now(), progress)?;
    Ok(json!({ "copy": copy.file_name().unwrap_or_default().to_string_lossy() }))
}

/// The server's part of a delivery.
pub(crate) fn carry_out_ship(store: &SqliteStore, archive: &Path) -> Result<Value> {
    let delivery = match store.ship(archive, || Clock::new(0).now())? {
        Shipped::Batches(batches, bytes) => Delivery { lost: false, batches, bytes },
        Shipped::Lost => Delivery { lost: true, batches: 0, bytes: 0 },
    };
    serde_json::to_value(delivery).map_err(|error| Failure::new(error.to_string()))
}
