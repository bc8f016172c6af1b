//! `jifen backup` and `jifen restore`: a copy of everything in one file, taken while others work, and
//! back again.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use indicatif::ProgressBar;
use jifen_store::sqlite::SqliteStore;

use crate::control::{self, Request};
use crate::failure::{self, Failure, NOTHING_LOST, Result};
use crate::keys;
use crate::place::{self, Data, Place, StorePlace};
use crate::swap;
use crate::terminal;

/// Writes a copy of everything into one file, also while the folder is served.
#[derive(Args, Debug)]
#[command(after_long_help = "\
The copy holds everything that was confirmed before the command began. Where a server has the folder open, the command
asks it for the copy, and it goes on serving. The file appears whole or not at all; a backup of that name is replaced,
any other file is not.

Where the rule book asks for a second person (data_access in rights.yaml), a running server writes no copy before somebody
of the staff has approved that in the console; the approval then holds for its time, and each copy leaves a line in the
audit trail. Whoever can read the folder itself needs no server: keep it to the server's own user.

The keys of personal data (DIR/keys) are not in the copy: copy that folder to another place than the backups, after
each change of erased.ndjson in it, or a restored store cannot read names and phone numbers. Whoever has both a copy of
the keys and a backup, from before a person was erased, has that person: destroy old copies of keys.

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
        if asked.is_none()
            && let Data::Folder(store) = place::open_store(&Place::Folder(dir))?
        {
            write(&store, &file, &bar)?;
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

/// Brings a backup back, also while the folder is served.
#[derive(Args, Debug)]
#[command(after_long_help = "\
The whole backup is checked beside the store before anything changes. Then it takes the store's place; the former store
is kept in DIR/replaced-…, to be removed by hand when it is not needed any more. Where a server has the folder open, it
finishes what it accepted, goes over to the restored store and goes on: requests wait a moment. A folder without data
simply gets it.

What came after the backup is not in the restored store. The keys of personal data (DIR/keys) stay as they are, and so
does the list of erased persons there: whoever was erased since the backup is erased again at the next start. A new
folder needs the keys and the list copied.

Examples:
  jifen restore monday.db --data data
  jifen restore monday.db --data a-new-folder

Exit codes: 0 done, 1 refused or failed, 2 wrong use.")]
pub(crate) struct Restore {
    /// The backup to read
    file: PathBuf,
    #[command(flatten)]
    place: StorePlace,
}

/// How long a server may take to go over to a restored store.
const TAKE_OVER_WITHIN: Duration = Duration::from_secs(120);

impl Restore {
    pub(crate) fn run(&self) -> Result {
        let dir = self.place.dir()?;
        if place::holds_store(&dir) {
            self.replace(&dir)?;
        } else {
            SqliteStore::restore(&self.file, &dir)?;
            keys::store_changed(&dir)?;
            terminal::remark("personal data needs its keys: copy them to keys/ in the folder from where they are kept");
        }
        terminal::line(format!("{} holds what {} held", dir.display(), self.file.display()));
        Ok(())
    }

    fn replace(&self, dir: &Path) -> Result {
        swap::prepare(&self.file, dir)?;
        if control::ask(dir, &Request::TakeOver {}, |_, _| {})?.is_none() {
            let aside = swap::carry_out(dir)?;
            terminal::remark(format!("the former store is kept in {}", aside.display()));
            return Ok(());
        }
        let mut waited = Duration::ZERO;
        while swap::is_waiting(dir) {
            if waited > TAKE_OVER_WITHIN {
                return Err(Failure::new("the server did not go over to the restored store")
                    .data(NOTHING_LOST)
                    .hint("look at the server's log; a restart goes on with the former store"));
            }
            std::thread::sleep(Duration::from_millis(20));
            waited += Duration::from_millis(20);
        }
        terminal::remark(format!("the former store is kept in {}/replaced-…", dir.display()));
        Ok(())
    }
}
