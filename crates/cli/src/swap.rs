//! A restored store takes the place of the one in a folder, which is kept aside.
//!
//! The backup is unpacked and checked beside the store first; what follows is a few renames, which are finished by the
//! next start if they were interrupted.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jifen_engine::Clock;
use jifen_store::StoreError;

use crate::failure::{self, Failure, NOTHING_CHANGED, NOTHING_LOST, Result};
use crate::seal;

/// Where a backup is unpacked, within the folder.
const FRESH: &str = "restored";

/// In the unpacked folder: the renames have begun.
const BEGUN: &str = "taking-over";

/// What a store consists of. The tables come first, and with them what SQLite keeps beside them.
const FILES: [&str; 4] = ["tables.sqlite-wal", "tables.sqlite-shm", "tables.sqlite", "log"];

/// How long a process that is ending may hold the folder.
const PATIENCE: Duration = Duration::from_secs(20);

/// Unpacks a backup beside the store and checks it; the store is not touched.
pub(crate) fn prepare(dir: &Path, unpack: impl FnOnce(&Path) -> Result) -> Result {
    let fresh = dir.join(FRESH);
    if fresh.join(BEGUN).exists() {
        return Err(Failure::new("an earlier restore was interrupted")
            .data(NOTHING_LOST)
            .hint("any command on the folder finishes it, such as `jifen verify`; then restore again"));
    }
    if fresh.exists() {
        fs::remove_dir_all(&fresh).map_err(failure::io(format!("removing {}", fresh.display())))?;
    }
    let unpacked = unpack(&fresh);
    if unpacked.is_err() {
        let _ = fs::remove_dir_all(&fresh);
    }
    unpacked
}

/// Whether a prepared store still waits to take over.
pub(crate) fn is_waiting(dir: &Path) -> bool {
    dir.join(FRESH).exists()
}

/// Finishes what an earlier process had begun.
pub(crate) fn resume(dir: &Path) -> Result {
    if dir.join(FRESH).join(BEGUN).exists() {
        tracing::warn!("a restore was interrupted; it is finished now");
        carry_out(dir)?;
    }
    Ok(())
}

/// Lets the prepared store take over; gives the folder where the former one is kept. Nobody may have the store open.
pub(crate) fn carry_out(dir: &Path) -> Result<PathBuf> {
    let _locked = lock(dir)?;
    let fresh = dir.join(FRESH);
    let aside = dir.join(format!("replaced-{}", Clock::new(0).now().as_millis()));
    renames(dir, &fresh, &aside).map_err(|error| {
        Failure::new(format!("the restored store could not take over: {error}"))
            .data("Nothing was lost: both stores are in the folder.")
            .hint("run the command again; `jifen verify` finishes what was begun")
    })?;
    seal::store_changed(dir)?;
    Ok(aside)
}

fn renames(dir: &Path, fresh: &Path, aside: &Path) -> std::io::Result<()> {
    fs::create_dir_all(aside)?;
    File::create(fresh.join(BEGUN))?.sync_all()?;
    File::open(fresh)?.sync_all()?;
    for name in FILES {
        let (old, new) = (dir.join(name), fresh.join(name));
        // Of an interrupted attempt, what has left the unpacked folder is in its place already. What SQLite keeps
        // beside the tables is the former store's as long as the tables have not come.
        let is_former = new.exists() || (name.starts_with("tables.sqlite-") && fresh.join("tables.sqlite").exists());
        if is_former && old.exists() {
            fs::rename(&old, aside.join(name))?;
        }
        if new.exists() {
            fs::rename(&new, &old)?;
        }
        File::open(dir)?.sync_all()?;
    }
    fs::remove_dir_all(fresh)
}

/// Takes the folder's lock, as a store does; waits for a process that is ending.
fn lock(dir: &Path) -> Result<File> {
    let lock = File::options().create(true).truncate(false).write(true).open(dir.join("lock"));
    let lock = lock.map_err(failure::io("opening the folder's lock"))?;
    let mut waited = Duration::ZERO;
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::Error(error)) => return Err(failure::io("locking the folder")(error)),
            Err(TryLockError::WouldBlock) if waited < PATIENCE => {
                std::thread::sleep(Duration::from_millis(20));
                waited += Duration::from_millis(20);
            }
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::from(StoreError::InUse { path: dir.display().to_string() }).data(NOTHING_CHANGED));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(path: &Path) -> String {
        fs::read_to_string(path).unwrap_or_default()
    }

    #[test]
    fn a_swap_that_was_interrupted_anywhere_is_finished() {
        // How far the first attempt came: the renames it had done, in their order.
        let moves = ["tables.sqlite-wal", "tables.sqlite", "restored/tables.sqlite", "log", "restored/log"];
        for done in 0..=moves.len() {
            let dir = tempfile::tempdir().unwrap();
            let at = |name: &str| dir.path().join(name);
            for name in ["tables.sqlite", "tables.sqlite-wal", "log/1"] {
                write(&at(name), "former");
            }
            for name in ["restored/tables.sqlite", "restored/log/1"] {
                write(&at(name), "restored");
            }
            write(&at("restored").join(BEGUN), "");
            for name in &moves[..done] {
                let to = name.strip_prefix("restored/").map_or_else(|| at("replaced-1").join(name), &at);
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                fs::rename(at(name), to).unwrap();
            }
            resume(dir.path()).unwrap();
            assert_eq!(
                (read(&at("tables.sqlite")), read(&at("log/1"))),
                ("restored".into(), "restored".into()),
                "{done}"
            );
            assert!(!at("tables.sqlite-wal").exists() && !at("restored").exists(), "{done}");
        }
    }
}
