//! The audit trail: who did what, when, why, and what it was before and is now. Nobody edits it.
//!
//! A line is written in the same commit as what it tells of. Lines are numbered without gaps and chained: each holds
//! the hash of the one before, and the head holds the number and hash of the newest, so that a line that was changed,
//! removed or put in is found ([`Chain`], `jifen verify`). No command and no route changes a line.
//!
//! A command that is audited carries a [`By`], asks for the head ([`want`]) and writes a [`Line`]. Lines hold
//! identifiers, names of fields, numbers and the reason a person gave; personal data has no place in them.

mod by;
mod chain;
mod line;

#[cfg(test)]
mod tests;

pub use by::{Actor, ActorKind, By};
pub use chain::{Break, Chain};
pub use line::{AUDIT, AUDIT_HEAD, AuditHead, AuditLine, HEAD_ID, Line, Object, first, want, write};
