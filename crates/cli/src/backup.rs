//! `jifen backup` and `jifen restore`: a copy of everything in one file, taken while others work, and
//! back again.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use indicatif::ProgressBar;
use jifen_program::audit::By;
use jifen_program::drills::NoteRestore;
use jifen_store::sqlite::SqliteStore;
use jifen_vocab::Timestamp;

use crate::control::{self, Request};
use crate::failure::{self, Failure, NOTHING_LOST, Result};
use crate::follow::follow;
use crate::place::{self, Data, Place, StorePlace};
use crate::seal;
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

--follow makes an archive instead: a full copy, and then, every few seconds, what was committed meanwhile. It goes on until
it is stopped, and begins with another full copy when the server was started again. `jifen restore ARCHIVE --at …` brings
back any instant of it. Begin again now and then (by a daily restart of the command, say) and remove what is older than you
need: a copy and everything before it.

Examples:
  jifen backup /backups/jifen-monday.db --data data
  jifen backup --follow /backups/archive --data data
  JIFEN_DATA=data jifen backup monday.db

Exit codes: 0 done, 1 refused or failed, 2 wrong use.")]
pub(crate) struct Backup {
    /// The file to write
    #[arg(required_unless_present = "follow", conflicts_with = "follow")]
    file: Option<PathBuf>,
    /// Make an archive in that folder, and add to it what is committed, until it is stopped
    #[arg(long, value_name = "DIR")]
    follow: Option<PathBuf>,
    /// Seconds between what is added
    #[arg(long, value_name = "SECONDS", default_value_t = 5, requires = "follow", value_parser = clap::value_parser!(u64).range(1..=3_600))]
    every: u64,
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
        let target = self.follow.as_ref().or(self.file.as_ref()).ok_or_else(|| Failure::usage("which file?"))?;
        let file = std::path::absolute(target).map_err(failure::io(format!("finding {}", target.display())))?;
        if self.follow.is_some() {
            return follow(&dir, &file, Duration::from_secs(self.every));
        }
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

Where the rule book asks for a second person (data_access in rights.yaml), a running server goes over to nothing before
somebody of the staff has approved that in the console; the approval then holds for its time. The audit trail of the
restored store gets a line.

What came after the backup is not in the restored store. The keys of personal data (DIR/keys) stay as they are, and so
does the list of erased persons there: whoever was erased since the backup is erased again at the next start. A new
folder needs the keys and the list copied.

From an archive (`jifen backup --follow`) comes what was committed until --at, to the second in which it was added, or
everything there is.

Examples:
  jifen restore monday.db --data data
  jifen restore /backups/archive --at 2026-11-22T09:30:00+08:00 --data data
  jifen restore monday.db --data a-new-folder

Exit codes: 0 done, 1 refused or failed, 2 wrong use.")]
pub(crate) struct Restore {
    /// The backup or the archive to read
    file: PathBuf,
    /// From an archive: as it was then
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    at: Option<Timestamp>,
    #[command(flatten)]
    place: StorePlace,
}

/// Makes a folder from a backup or an archive; says as of when, where the archive knows.
pub(crate) fn unpack(from: &Path, dir: &Path, at: Option<Timestamp>) -> Result<Option<String>> {
    if from.is_dir() {
        let restored = SqliteStore::restore_archive(from, dir, at)?;
        return Ok(Some(restored.as_of.to_string()));
    }
    if at.is_some() {
        return Err(Failure::usage("--at needs an archive: a single backup is as it was when it was made"));
    }
    SqliteStore::restore(from, dir)?;
    Ok(None)
}

fn instant(text: &str) -> std::result::Result<Timestamp, String> {
    Timestamp::parse_rfc3339(text).ok_or_else(|| "not an instant such as 2026-11-22T09:30:00+08:00".to_owned())
}

/// How long a server may take to go over to a restored store.
const TAKE_OVER_WITHIN: Duration = Duration::from_secs(120);

impl Restore {
    pub(crate) fn run(&self) -> Result {
        let dir = self.place.dir()?;
        if place::holds_store(&dir) {
            self.replace(&dir)?;
        } else {
            self.unpack(&dir)?;
            seal::store_changed(&dir)?;
            terminal::remark("personal data needs its keys: copy them to keys/ in the folder from where they are kept");
        }
        terminal::line(format!("{} holds what {} held", dir.display(), self.file.display()));
        Ok(())
    }

    fn unpack(&self, dir: &Path) -> Result {
        if let Some(as_of) = unpack(&self.file, dir, self.at)? {
            terminal::remark(format!("the archive is brought back as of {as_of}"));
        }
        Ok(())
    }

    fn replace(&self, dir: &Path) -> Result {
        // Asked before the backup is unpacked, which may take long.
        control::ask(dir, &Request::MayRestore {}, |_, _| {})?;
        swap::prepare(dir, |fresh| self.unpack(fresh))?;
        if control::ask(dir, &Request::TakeOver {}, |_, _| {})?.is_none() {
            let aside = swap::carry_out(dir)?;
            terminal::remark(format!("the former store is kept in {}", aside.display()));
            return Ok(());
        }
        let mut waited = Duration::ZERO;
        // Only then commands are carried out again: until it answers, the next would find the folder in use.
        let answers = || control::ask(dir, &Request::ClientList {}, |_, _| {}).is_ok_and(|answer| answer.is_some());
        while swap::is_waiting(dir) || !answers() {
            if waited > TAKE_OVER_WITHIN {
                return Err(Failure::new("the server did not go over to the restored store")
                    .data(NOTHING_LOST)
                    .hint("look at the server's log; a restart goes on with the former store"));
            }
            std::thread::sleep(Duration::from_millis(20));
            waited += Duration::from_millis(20);
        }
        let backup = self.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let note = NoteRestore { backup, by: By::command_line() };
        control::ask(dir, &Request::NoteRestore(note), |_, _| {})?;
        terminal::remark(format!("the former store is kept in {}/replaced-…", dir.display()));
        Ok(())
    }
}
