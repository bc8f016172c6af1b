//! `jifen drill`: brings the newest backup back into a scratch place, proves it, and says how long that took.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use jifen_engine::{Clock, Engine};
use jifen_program::audit::By;
use jifen_program::desk::Command;
use jifen_program::drills::NoteDrill;
use jifen_store::sqlite::SqliteStore;
use serde_json::json;

use crate::backup::unpack;
use crate::control::Request;
use crate::failure::{self, Failure, NOTHING_CHANGED, Result};
use crate::place::{self, Place, StorePlace, Use};
use crate::terminal;
use crate::verify;

/// Brings the newest backup back into a scratch place, proves it, and reports the time.
#[derive(Args, Debug)]
#[command(after_long_help = "\
The backup is a file, an archive made by `jifen backup --follow`, or a folder of backups, of which the newest is taken. It
is restored into a folder of its own, every page and every entry of it is checked, and the folder is removed. With --data
the audit trail of that store gets a line: when, which backup, how long.

It fails where the backup is damaged, where anything does not agree, or where it took longer than --within: the time in
which the service is to be back.

Examples:
  jifen drill /backups/archive --data data
  jifen drill /backups --within 7200 --json
  jifen drill monday.db --scratch /mnt/spare

Exit codes: 0 it came back in time and agrees, 1 it did not, 2 wrong use.")]
pub(crate) struct Drill {
    /// The backup, the archive, or a folder of backups
    backup: PathBuf,
    #[command(flatten)]
    place: StorePlace,
    /// Where there is room for a copy; what is made there is removed
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
    /// Seconds that it may take
    #[arg(long, value_name = "SECONDS", default_value_t = 7_200)]
    within: u64,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

/// A folder that goes when the drill is over.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Drill {
    pub(crate) fn run(&self) -> Result {
        let backup = newest(&self.backup)?;
        let scratch = self.scratch()?;
        let began = now();
        let as_of = unpack(&backup, &scratch.0, None)?;
        let data = place::open_store(&Place::Folder(scratch.0.clone()))?;
        let restored = began.elapsed();
        let found = verify::carry_out(&data, &mut |_, _| ())?;
        let (all, agrees) = (began.elapsed(), found["agrees"] == true);
        drop(data);
        let note = NoteDrill {
            backup: backup.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            restore_ms: millis(restored),
            verify_ms: millis(all.saturating_sub(restored)),
            entries: found["entries"].as_u64().unwrap_or(0),
            agrees,
            by: By::command_line(),
        };
        let noted = self.note(&note)?;
        self.tell(&backup, as_of.as_deref(), &note, noted)?;
        if !agrees {
            return Err(Failure::new("the restored backup does not agree with itself")
                .hint("keep it as it is, take another backup now, and look at both with `jifen verify`"));
        }
        if all > Duration::from_secs(self.within) {
            return Err(Failure::new(format!("it took {} s, and {} s are allowed", all.as_secs(), self.within)));
        }
        Ok(())
    }

    fn scratch(&self) -> Result<Scratch> {
        let parent = self.scratch.clone().unwrap_or_else(std::env::temp_dir);
        let name = format!("jifen-drill-{}-{}", std::process::id(), Clock::new(0).now().as_millis());
        let folder = parent.join(name);
        std::fs::create_dir(&folder).map_err(failure::io(format!("making {}", folder.display())))?;
        Ok(Scratch(folder))
    }

    /// Leaves a line in the audit trail of the store that is named, served or not.
    fn note(&self, note: &NoteDrill) -> Result<bool> {
        if !self.place.is_named() {
            return Ok(false);
        }
        let place = self.place.place()?;
        if place.ask(&Request::NoteDrill(note.clone()), |_, _| {})?.is_some() {
            return Ok(true);
        }
        let opened = place::open(&place, None, Use::Once)?;
        let done = carry_out(&opened.engine, note.clone());
        opened.close();
        done.map(|()| true)
    }

    fn tell(&self, backup: &Path, as_of: Option<&str>, note: &NoteDrill, noted: bool) -> Result {
        let NoteDrill { restore_ms, verify_ms, entries, agrees, .. } = note;
        if self.json {
            return terminal::json(&json!({
                "backup": backup, "as_of": as_of, "restore_ms": restore_ms, "verify_ms": verify_ms, "entries": entries,
                "agrees": agrees, "noted": noted,
            }));
        }
        terminal::line(format!("backup: {}", backup.display()));
        if let Some(as_of) = as_of {
            terminal::line(format!("as of: {as_of}"));
        }
        terminal::line(format!("ready to serve after {restore_ms} ms, proved after {verify_ms} ms more"));
        terminal::line(format!(
            "{entries} entries, {}",
            if *agrees { "everything agrees" } else { "NOT everything agrees" }
        ));
        Ok(())
    }
}

/// Writes the line.
pub(crate) fn carry_out(engine: &Engine, note: impl Command<Outcome = ()>) -> Result {
    let answered = engine.submit_blocking(note, None)?;
    answered.result.map_err(|refused| Failure::new(crate::refusal::sentence(&refused)).data(NOTHING_CHANGED))
}

/// The backup that was meant: the file or archive itself, or the newest backup in a folder.
fn newest(path: &Path) -> Result<PathBuf> {
    if !path.exists() {
        return Err(Failure::new(format!("there is no backup {}", path.display()))
            .data(NOTHING_CHANGED)
            .hint("give the file of a backup, an archive, or the folder they are in"));
    }
    if !path.is_dir() || SqliteStore::is_archive(path) {
        return Ok(path.to_owned());
    }
    let listed = std::fs::read_dir(path).map_err(failure::io(format!("reading {}", path.display())))?;
    let backups = listed.flatten().filter(|file| file.path().extension().is_some_and(|ending| ending == "db"));
    let dated = backups.filter_map(|file| Some((file.metadata().ok()?.modified().ok()?, file.path())));
    dated.max().map(|(_, path)| path).ok_or_else(|| {
        Failure::new(format!("{} holds no backups", path.display()))
            .data(NOTHING_CHANGED)
            .hint("a backup ends in .db; `jifen backup --follow` makes an archive")
    })
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[allow(clippy::disallowed_methods, reason = "a stopwatch")]
fn now() -> Instant {
    Instant::now()
}
