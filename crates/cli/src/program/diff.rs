//! `jifen program diff`: what changes from one rule book to another, place by place.

use std::path::{Path, PathBuf};

use clap::Args;
use jifen_program::book::diff::{Change, diff};
use jifen_rules::document::Source;
use serde_json::{Value, json};

use crate::bundle;
use crate::failure::Result;
use crate::terminal;

/// Compares two rule books, place by place
///
/// They are compared as data: spaces, comments and the order of keys do not count. A line says where, what stood there
/// and what stands there now.
#[derive(Args, Debug)]
pub(super) struct Diff {
    /// The folder as it was
    before: PathBuf,
    /// The folder as it is to be
    after: PathBuf,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

impl Diff {
    pub(super) fn run(&self) -> Result {
        let changes = diff(&valid(&self.before)?, &valid(&self.after)?);
        if self.json {
            return terminal::json(&json!({ "changes": changes.iter().map(as_json).collect::<Vec<_>>() }));
        }
        for change in &changes {
            let worth = if change.touches_worth() { "  (changes what a point is worth)" } else { "" };
            let (old, new) = (change.old.as_deref(), change.new.as_deref());
            let what = match (old, new) {
                (Some(old), Some(new)) => format!("{old} → {new}"),
                (None, Some(new)) => format!("added {new}"),
                (Some(old), None) => format!("removed {old}"),
                (None, None) => String::new(),
            };
            terminal::line(format!("{}: {what}{worth}", change.path));
        }
        match changes.len() {
            0 => terminal::line("no difference"),
            1 => terminal::line("1 change"),
            many => terminal::line(format!("{many} changes")),
        }
        Ok(())
    }
}

/// The bundle, which must be one: of two bundles with mistakes nobody knows what they say.
fn valid(dir: &Path) -> Result<Source> {
    let files = bundle::read(dir)?;
    bundle::compile(&files).map_err(|mistakes| bundle::mistakes(dir, &mistakes))?;
    Ok(bundle::source(&files))
}

fn as_json(change: &Change) -> Value {
    json!({ "path": change.path, "old": change.old, "new": change.new, "touches_worth": change.touches_worth() })
}
