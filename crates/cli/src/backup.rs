//! `jifen backup` and `jifen restore`: a copy of everything in one file, taken while others work, and a folder from it.

use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::ProgressBar;
use jifen_store::sqlite::SqliteStore;

use crate::control::{self, Request};
use crate::failure::{self, Result};
use crate::place::{self, StorePlace};
use crate::terminal;

/// Writes a copy of everything into one file, also while the folder is served.
#[derive(Args, Debug)]
#[command(after_long_help = "\
The copy holds everything that was confirmed before the command began. Where a server has the folder open, the command
asks it for the copy, and it goes on serving. The file appears whole or not at all; a backup of that name is replaced,
any other file is not.

The keys of personal data (DIR/keys) are not in the copy: keep them elsewhere, or a restored store cannot read names
and phone numbers.

Examples:
  jifen backup /backups/jifen-monday.db --data data
  JIFEN_DATA=data jifen backup monday.db

Exit codes: 0 done, 1 refused or failed, 2 wrong use.")]
pub(crate) struct Backup {
    /// The file to write
    file: PathBuf,
    #[command(flatten)]
    place: StorePlace,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

impl Backup {
    pub(crate) fn run(&self) -> Result {
        let dir = self.place.dir()?;
        // The server may have been started elsewhere: a name alone would mean another file there.
        let file = std::path::absolute(&self.file).map_err(failure::io(format!("finding {}", self.file.display())))?;
        let bar = terminal::bar(0, "backing up");
        let progress = |done, of| {
            bar.set_length(of);
            bar.set_position(done);
        };
        let asked = control::ask(&dir, &Request::Backup { file: file.clone() }, progress)?;
        if asked.is_none() {
            write(&place::open_store(&dir)?, &file, &bar)?;
        }
        bar.finish_and_clear();
        let bytes = std::fs::metadata(&file).map_or(0, |file| file.len());
        if self.json {
            return terminal::json(&serde_json::json!({ "file": file, "bytes": bytes, "served": asked.is_some() }));
        }
        terminal::line(format!("{} holds everything until now, {} bytes", file.display(), bytes));
        Ok(())
    }
}

fn write(store: &SqliteStore, file: &Path, bar: &ProgressBar) -> Result {
    store.backup(file, |done, of| {
        bar.set_length(of);
        bar.set_position(done);
    })?;
    Ok(())
}

/// Makes a folder from a backup.
#[derive(Args, Debug)]
#[command(after_long_help = "\
The folder must hold no data yet, and the whole backup is checked before the folder is taken into use. To go back to a
backup: stop the server, move the old folder aside, restore, copy DIR/keys from the old folder, start the server. A
server of another folder may go on meanwhile.

Examples:
  jifen restore monday.db --data data-monday
  jifen verify --data data-monday

Exit codes: 0 done, 1 refused or failed, 2 wrong use.")]
pub(crate) struct Restore {
    /// The backup to read
    file: PathBuf,
    #[command(flatten)]
    place: StorePlace,
}

impl Restore {
    pub(crate) fn run(&self) -> Result {
        let dir = self.place.dir()?;
        SqliteStore::restore(&self.file, &dir)?;
        terminal::line(format!("{} holds what {} held", dir.display(), self.file.display()));
        terminal::remark("personal data needs its keys: copy them to keys/ in the new folder from where they are kept");
        Ok(())
    }
}
