//! `jifen keys`: the keys of personal data.

use std::path::Path;

use clap::{Args, Subcommand};
use jifen_engine::Engine;
use jifen_server::personal::Vault;
use serde_json::{Value, json};

use crate::control::{self, Request};
use crate::failure::{Failure, NOTHING_CHANGED, Result};
use crate::place::{self, Place, StorePlace, Use};
use crate::terminal;

/// Changes the keys of personal data.
#[derive(Args, Debug)]
#[command(after_long_help = "\
DIR/keys holds the master key, the keys of members sealed under it (members.db), and the list of erased persons
(erased.ndjson). `rotate` makes a new master key: members' keys are sealed under it, their contacts hashed anew, and the
former master key opens nothing any more. Keep a copy of the folder where backups are not, and destroy copies from before.
Where a server has the folder open, the command goes through it, and it goes on serving.

Examples:
  jifen keys rotate --data data

Exit codes: 0 done, 1 refused or failed, 2 wrong use.")]
pub(crate) struct KeysCommand {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    Rotate(Rotate),
}

/// Makes a new master key and lets the former one open nothing any more
#[derive(Args, Debug)]
struct Rotate {
    #[command(flatten)]
    place: StorePlace,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

impl KeysCommand {
    pub(crate) fn run(&self) -> Result {
        match &self.what {
            What::Rotate(command) => command.run(),
        }
    }
}

impl Rotate {
    fn run(&self) -> Result {
        let dir = self.place.dir()?;
        let done = match control::ask(&dir, &Request::RotateKeys {}, |_, _| {})? {
            Some(done) => done,
            None => here(&dir)?,
        };
        if self.json {
            return terminal::json(&done);
        }
        let members = terminal::grouped(done["members"].as_i64().unwrap_or(0));
        terminal::line(format!("there is a new master key, and {members} keys of members are sealed under it"));
        terminal::remark("copy DIR/keys to where it is kept, and destroy the former copies");
        Ok(())
    }
}

fn here(dir: &Path) -> Result<Value> {
    let opened = place::open(&Place::Folder(dir.to_owned()), None, Use::Once)?;
    let vault = open(dir)?;
    let done = vault.adopt(&opened.engine).map_err(failed).and_then(|()| rotate(&vault, &opened.engine));
    opened.close();
    done
}

/// Makes a new master key.
pub(crate) fn rotate(vault: &Vault, engine: &Engine) -> Result<Value> {
    let members = vault.rotate(engine).map_err(failed)?;
    Ok(json!({ "members": members }))
}

/// Has members indexed anew at the next start, because another store stands in the folder now.
pub(crate) fn store_changed(dir: &Path) -> Result {
    if place::master_key(dir).exists() {
        open(dir)?.forget_index().map_err(failed)?;
    }
    Ok(())
}

fn open(dir: &Path) -> Result<Vault> {
    Vault::open(&place::master_key(dir), place::cipher()?).map_err(failed)
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::new(error.to_string()).data(NOTHING_CHANGED)
}
