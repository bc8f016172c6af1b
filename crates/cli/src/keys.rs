//! `jifen keys`: the keys of personal data.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jifen_engine::Engine;
use jifen_server::personal::Vault;
use jifen_store::postgres::{Address, Mark};
use serde_json::{Value, json};

use crate::control::Request;
use crate::failure::{Failure, NOTHING_CHANGED, Result};
use crate::place::{self, Data, Place, StorePlace, Use};
use crate::seal;
use crate::terminal;

/// Changes the keys of personal data.
#[derive(Args, Debug)]
#[command(after_long_help = "\
DIR/keys holds the master key, the keys of members sealed under it (members.db), and the list of erased persons
(erased.ndjson). `rotate` makes a new master key: members' keys are sealed under it, their contacts hashed anew, and the
former master key opens nothing any more. Keep a copy of the folder where backups are not, and destroy copies from before.
Where a server has the folder open, the command goes through it, and it goes on serving.

Several machines on one --database-url keep members' keys in a database of its own (--keys-database-url); DIR/keys holds
the master key then, the same on all of them. `move` brings them there from a folder: stop the servers before, start them
with --keys-database-url afterwards. After `rotate` on one machine the others say that they lack the new master key until
it is copied to them. `replace` is for keys that are lost for good: those that are given take their place.

Examples:
  jifen keys rotate --data data
  jifen keys move --data data --database-url postgres://db/points --keys-database-url postgres://db/keys
  jifen keys replace --data data --database-url postgres://db/points --keys-database-url postgres://db/keys

Exit codes: 0 done, 1 refused or failed, 2 wrong use.")]
pub(crate) struct KeysCommand {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    Move(Move),
    Replace(Replace),
    Rotate(Rotate),
}

/// Moves members' keys from the folder into the database of --keys-database-url
#[derive(Args, Debug)]
struct Move {
    #[command(flatten)]
    place: StorePlace,
}

/// Lets a database be used with these keys, because the former ones are lost for good
#[derive(Args, Debug)]
struct Replace {
    #[command(flatten)]
    place: StorePlace,
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
            What::Move(command) => command.run(),
            What::Replace(command) => command.run(),
            What::Rotate(command) => command.run(),
        }
    }
}

impl Rotate {
    fn run(&self) -> Result {
        let place = self.place.place()?;
        let done = match place.ask(&Request::RotateKeys {}, |_, _| {})? {
            Some(done) => done,
            None => here(&place)?,
        };
        if self.json {
            return terminal::json(&done);
        }
        let members = terminal::grouped(done["members"].as_i64().unwrap_or(0));
        terminal::line(format!("there is a new master key, and {members} keys of members are sealed under it"));
        terminal::remark("copy DIR/keys to where it is kept, and destroy the former copies");
        if matches!(place, Place::Database { keys_database: Some(_), .. }) {
            terminal::remark("copy the new master key to the other machines: they lack personal data until then");
        }
        Ok(())
    }
}

impl Move {
    fn run(&self) -> Result {
        let (store, dir, target) = shared(&self.place.place()?)?;
        let from = Place::Database { address: store.clone(), keys: Some(dir.clone()), keys_database: None };
        let opened = place::open_store(&from)?;
        let key = seal::master_key(&dir);
        if !key.exists() {
            return Err(Failure::new(format!("{} holds no keys of personal data", dir.display())).data(NOTHING_CHANGED));
        }
        let vault = place::vault(&from, &opened, &key, seal::cipher()?)?;
        let moved = vault.move_to(&target).map_err(failed)?;
        note(&opened, &moved)?;
        terminal::line("members' keys are in the database of --keys-database-url, and the folder's are used no more");
        terminal::remark("copy the master key to the other machines, and start all with --keys-database-url");
        terminal::remark("destroy DIR/keys/members.db when they serve: it still opens whom it knows");
        Ok(())
    }
}

impl Replace {
    fn run(&self) -> Result {
        let place = self.place.place()?;
        let dir = place.folder()?;
        let Place::Database { keys_database, .. } = &place else {
            return Err(Failure::usage("a folder takes the keys that are in it: this is for --database-url"));
        };
        let data = place::open_store(&place)?;
        let (key, cipher) = (seal::master_key(dir), seal::cipher()?);
        let vault = match keys_database {
            Some(database) => Vault::open_shared(&key, database, cipher),
            None => Vault::open(&key, cipher),
        };
        let vault = vault.map_err(failed)?;
        note(&data, &vault)?;
        // Whoever is found by a contact must be in these keys' index.
        vault.forget_index().map_err(failed)?;
        terminal::line("the database is used with these keys from now on");
        terminal::remark("start its servers again: those that run still have the former keys open");
        Ok(())
    }
}

/// The store, the folder of the master key, and the database of members' keys.
fn shared(place: &Place) -> Result<(Box<Address>, PathBuf, Box<Address>)> {
    let dir = place.folder()?.to_owned();
    match place {
        Place::Database { address, keys_database: Some(keys), .. } => Ok((address.clone(), dir, keys.clone())),
        Place::Database { .. } | Place::Folder(_) => Err(Failure::usage("where to? give --keys-database-url")),
    }
}

fn note(data: &Data, vault: &Vault) -> Result {
    match data {
        Data::Database(store) => Ok(store.note(Mark::Keyring, vault.identity())?),
        Data::Folder(_) => Ok(()),
    }
}

fn here(place: &Place) -> Result<Value> {
    let key = seal::master_key(place.folder()?);
    let opened = place::open(place, None, Use::Once)?;
    let vault = place::vault(place, &opened.data, &key, seal::cipher()?)?;
    let done = vault.adopt(&opened.engine).map_err(failed).and_then(|()| rotate(&vault, &opened.engine));
    opened.close();
    done
}

/// Makes a new master key.
pub(crate) fn rotate(vault: &Vault, engine: &Engine) -> Result<Value> {
    let members = vault.rotate(engine).map_err(failed)?;
    Ok(json!({ "members": members }))
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::new(error.to_string()).data(NOTHING_CHANGED)
}
