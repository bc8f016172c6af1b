//! How a command talks to the server that has its folder open: a Unix socket in that folder, for the user who serves
//! and nobody else. One line of JSON asks, lines of JSON answer: progress, then the outcome.

mod ask;
mod listen;
mod socket;

use std::collections::BTreeSet;

use jifen_engine::Files;
use jifen_vocab::Timestamp;
use serde::{Deserialize, Serialize};

pub(crate) use ask::ask;
pub(crate) use listen::{Doing, Progress, listen};

/// What a command asks of the server.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Request {
    /// Writes a copy of everything into a file of the server's machine.
    Backup {
        /// Its whole path.
        file: std::path::PathBuf,
    },
    /// Registers an API client whose token has that hash.
    ClientAdd(NewClient),
    /// Lists API clients.
    ClientList {},
    /// Takes an API client's access away.
    ClientRemove {
        /// Which.
        id: String,
    },
    /// Begins an archive with a full copy.
    Follow {
        /// Its whole path.
        archive: std::path::PathBuf,
    },
    /// Brings in the rows of a file of the server's machine.
    Import {
        /// What the file holds.
        brings: Brings,
        /// Its whole path.
        file: std::path::PathBuf,
    },
    /// Whether a backup may be brought back: somebody is asked where the program says so.
    MayRestore {},
    /// Everything about a member.
    Member {
        /// Which.
        id: String,
    },
    /// Leaves a line about a drill in the audit trail.
    NoteDrill(jifen_program::drills::NoteDrill),
    /// Leaves a line about a backup that was brought back in the audit trail.
    NoteRestore(jifen_program::drills::NoteRestore),
    /// Publishes a rule book.
    Publish(Publication),
    /// Adds what was committed since to an archive that is followed.
    Ship {
        /// Its whole path.
        archive: std::path::PathBuf,
    },
    /// Adds a person to the staff whose password has that hash.
    StaffAdd(NewStaff),
    /// A code of somebody's second factor; only in a sandbox.
    StaffCode {
        /// Whose.
        login: String,
    },
    /// Lists the staff.
    StaffList {},
    /// Gives somebody a one-time password and takes their second factor away.
    StaffReset {
        /// Whose.
        login: String,
        /// The password, hashed.
        password: jifen_program::staff::Password,
    },
    /// Makes a new master key.
    RotateKeys {},
    /// Lets the restored store beside the served one take over.
    TakeOver {},
    /// Finishes what was accepted and ends.
    Stop {},
    /// Proves every wallet from the journal.
    Verify {},
}

/// A rule book to publish.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Publication {
    /// The bundle's files.
    pub(crate) files: Files,
    /// Why.
    pub(crate) note: String,
    /// Since when it is in force; now where it does not say.
    pub(crate) from: Option<Timestamp>,
    /// Whether the period of notice is waived.
    #[serde(default)]
    pub(crate) without_notice: bool,
}

/// What the server says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reply {
    /// So much of so much is done.
    Progress(u64, u64),
    /// It is done.
    Done(serde_json::Value),
    /// It was refused or failed.
    Failed(String),
}

/// Names of scopes, as tokens carry them.
pub(crate) type Scopes = BTreeSet<String>;

/// A client to register; its token stays with who made it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewClient {
    pub(crate) name: String,
    pub(crate) token_sha256: String,
    pub(crate) scopes: Scopes,
    pub(crate) sources: Vec<String>,
}

/// A person to add; the password stays with who made it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewStaff {
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) roles: Vec<String>,
    pub(crate) place: Option<String>,
    pub(crate) password: jifen_program::staff::Password,
}

/// What a file brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Brings {
    /// Members.
    Members,
    /// Opening balances.
    Balances,
    /// Rewards.
    Rewards,
    /// Pieces of rewards.
    Stock,
}
