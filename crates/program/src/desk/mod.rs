//! The desk: where a command finds its records and leaves what it decided.
//!
//! Every command goes through three beats. It names the records it touches ([`Command::touches`]), the engine loads
//! them into [`Records`], and [`Command::decide`] works on them through a [`Desk`]. What it writes is staged; a refusal
//! throws the stage away, success folds it into the records, where the next command of the batch finds it.

mod command;
mod cursor;
mod extra;
mod records;
mod remember;
mod request;
mod stage;

pub use command::{Command, Identity, Keys, Loaded, Touch};
pub use cursor::{CURSOR, Cursor, Lease, MoveCursor, TakeCursor};
pub use extra::Extra;
pub(crate) use records::json_record;
pub use records::{Dirty, Record, RecordFault, Records, Secret};
pub use remember::{Answer, Remembered};
pub use request::{REQUEST_KEY, RequestKey};
pub use stage::{Desk, Draws, Left, SealedEntry, Stop};
