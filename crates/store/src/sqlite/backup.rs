//! Copies of a store: one file, taken while others work, and a folder made from it.
//!
//! A backup is the tables' database as it is at one moment, with everything committed before. The log is not needed:
//! a restored store begins with an empty one.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::fault::{failed, failed_io, foreign};
use super::files::{Folder, check_header, check_pages, looks_like_database, read_meta};
use super::log::Log;
use crate::StoreError;

/// Pages copied between two reports of progress.
const STEP_PAGES: i32 = 2_048;

/// Copies the tables as the connection's open transaction sees them.
pub(super) fn write(
    conn: &Connection,
    source: &Path,
    file: &Path,
    progress: impl FnMut(u64, u64),
) -> Result<(), StoreError> {
    // Before anything else: to open and close the live file would also let go of its locks.
    if file.canonicalize().is_ok_and(|file| source.canonicalize().is_ok_and(|source| source == file)) {
        return Err(foreign(file, "it is the store itself: choose another name for the backup"));
    }
    if looks_like_database(file)? {
        check_is_backup(file)?;
    }
    let partial = beside(file, "partial");
    remove(&partial)?;
    // The first read fixes the moment that is copied; later commits go on beside it.
    read_meta::<u64>(conn, source, "applied")?;
    let copied = copy(conn, &partial, progress);
    if let Err(error) = copied {
        // What is left of the attempt only takes room.
        let _ = fs::remove_file(&partial);
        return Err(error);
    }
    fs::rename(&partial, file).map_err(failed_io("naming the backup"))?;
    sync_parent(file)
}

fn copy(conn: &Connection, partial: &Path, mut progress: impl FnMut(u64, u64)) -> Result<(), StoreError> {
    let fail = failed("writing the backup", partial);
    let mut target = Connection::open(partial).map_err(&fail)?;
    // One flush at the end is enough for a file that is not there yet.
    target.pragma_update(None, "synchronous", "OFF").map_err(&fail)?;
    let backup = Backup::new(conn, &mut target).map_err(&fail)?;
    loop {
        let step = backup.step(STEP_PAGES).map_err(&fail)?;
        let (left, all) = (backup.progress().remaining.max(0) as u64, backup.progress().pagecount.max(0) as u64);
        progress(all.saturating_sub(left), all);
        match step {
            StepResult::Done => break,
            StepResult::More => {}
            _ => std::thread::sleep(std::time::Duration::from_millis(20)),
        }
    }
    drop(backup);
    // A single file: no write-ahead file beside it.
    let mode: String = target.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0)).map_err(&fail)?;
    if mode != "delete" {
        return Err(StoreError::Broken(format!("the backup stayed in journal mode {mode}")));
    }
    target.close().map_err(|(_, error)| fail(error))?;
    File::options().write(true).open(partial).and_then(|file| file.sync_all()).map_err(failed_io("flushing the backup"))
}

/// Makes a folder from a backup.
pub(super) fn restore(file: &Path, dir: &Path) -> Result<(), StoreError> {
    if !looks_like_database(file)? {
        return Err(foreign(file, "it is not there, or it is empty"));
    }
    check_is_backup(file)?;
    let folder = Folder::take(dir)?;
    for present in [folder.log(), folder.tables()] {
        if present.exists() {
            return Err(foreign(dir, "it holds data already: restore into an empty folder"));
        }
    }
    let partial = beside(&folder.tables(), "partial");
    remove(&partial)?;
    fs::copy(file, &partial).map_err(failed_io("copying the backup"))?;
    File::options()
        .write(true)
        .open(&partial)
        .and_then(|copy| copy.sync_all())
        .map_err(failed_io("flushing the copy"))?;
    let checked = check_whole(&partial).map_err(|error| name_instead(error, file));
    let Head { store, applied } = match checked {
        Ok(head) => head,
        Err(error) => {
            let _ = fs::remove_file(&partial);
            return Err(error);
        }
    };
    Log::create(&folder.log(), &store, applied + 1)?;
    fs::rename(&partial, folder.tables()).map_err(failed_io("naming the tables"))?;
    folder.sync()
}

/// The person knows the file they gave, not the copy that was looked at.
fn name_instead(error: StoreError, file: &Path) -> StoreError {
    match error {
        StoreError::Foreign { reason, .. } => foreign(file, reason),
        other => other,
    }
}

/// Sees by its header that a file is a backup of ours that this build can read.
fn check_is_backup(file: &Path) -> Result<(), StoreError> {
    check_header(&open_for_reading(file)?, file)
}

/// Which store a backup is of, and up to which batch.
pub(super) struct Head {
    pub(super) store: String,
    pub(super) applied: u64,
}

/// Checks all of a backup and reads its head.
fn check_whole(file: &Path) -> Result<Head, StoreError> {
    check_pages(&open_for_reading(file)?, file)?;
    head(file)
}

/// Reads the head of a backup.
pub(super) fn head(file: &Path) -> Result<Head, StoreError> {
    let conn = open_for_reading(file)?;
    Ok(Head { store: read_meta(&conn, file, "store")?, applied: read_meta(&conn, file, "applied")? })
}

fn open_for_reading(file: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(file, flags).map_err(failed("opening the backup", file))
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    file.with_file_name(name)
}

pub(super) fn remove(file: &Path) -> Result<(), StoreError> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(failed_io("removing an unfinished copy")(error))
        }
        _ => Ok(()),
    }
}

pub(super) fn sync_parent(file: &Path) -> Result<(), StoreError> {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(parent).and_then(|dir| dir.sync_all()).map_err(failed_io("flushing the folder of the backup"))
}
