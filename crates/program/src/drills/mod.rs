//! Recovery and its drills: that a backup took the place of what was there, or was brought back somewhere else, proved,
//! and how long that took (REL-09).
//!
//! Nothing is changed but the audit trail: a drill that nobody can show was none. No refusals.

use serde::{Deserialize, Serialize};

use crate::audit::{self, By, Line};
use crate::book::Books;
use crate::desk::{Command, Desk, Keys, Loaded, Stop, Touch};

/// A drill that was carried out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NoteDrill {
    /// The backup that was brought back, by its file's name.
    pub backup: String,
    /// Milliseconds until it could have served.
    pub restore_ms: u64,
    /// Milliseconds of the proof.
    pub verify_ms: u64,
    /// Entries that were proved.
    pub entries: u64,
    /// Whether everything agreed.
    pub agrees: bool,
    /// Who.
    pub by: By,
}

impl Command for NoteDrill {
    type Outcome = ();

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let line = Line::new("drills.run", "backup", &self.backup)
            .after("restore_ms", self.restore_ms)
            .after("verify_ms", self.verify_ms)
            .after("entries", self.entries)
            .after("agrees", self.agrees);
        audit::write(desk, &self.by, line)?;
        Ok(())
    }
}

/// A backup that took the place of what was there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NoteRestore {
    /// The backup, by its file's name.
    pub backup: String,
    /// Who.
    pub by: By,
}

impl Command for NoteRestore {
    type Outcome = ();

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        audit::write(desk, &self.by, Line::new("data.restore", "backup", &self.backup))?;
        Ok(())
    }
}
