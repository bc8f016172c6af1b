//! `jifen client`: API clients and their tokens.

use clap::{Args, Subcommand};
use jifen_engine::Engine;
use jifen_program::audit::By;
use jifen_program::clients::{AddClient, Client, RemoveClient};
use jifen_server::callers;
use jifen_server::scopes::Scope;
use serde_json::{Value, json};

use crate::control::{NewClient, Request};
use crate::failure::{Failure, NOTHING_CHANGED, Result};
use crate::place::{self, Place, StorePlace, Use};
use crate::refusal;
use crate::terminal;

/// Registers API clients, lists them and takes their access away.
#[derive(Args, Debug)]
#[command(after_long_help = "\
A token is shown once, when it is made; only its hash is kept. Where a server has the folder open, the command goes
through it and takes effect at once.

Examples:
  jifen client add tills --data data --scope events:write --scope wallets:read --source /shop/tills
  jifen client list --data data --json
  jifen client remove cli_01 --data data

Exit codes: 0 done, 1 refused or failed, 2 wrong use.")]
pub(crate) struct ClientCommand {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    Add(Add),
    List(List),
    Remove(Remove),
}

/// Registers a client and prints its token, once
#[derive(Args, Debug)]
struct Add {
    /// What people call it
    name: String,
    #[command(flatten)]
    place: StorePlace,
    /// What it may do; give it several times. Without one it may do everything
    #[arg(long = "scope", value_name = "SCOPE", value_parser = scope)]
    scopes: Vec<String>,
    /// An event source it may report from; give it several times. Without one it may report from any
    #[arg(long = "source", value_name = "SOURCE")]
    sources: Vec<String>,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

/// Lists the clients
#[derive(Args, Debug)]
struct List {
    #[command(flatten)]
    place: StorePlace,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

/// Takes a client's access away at once
#[derive(Args, Debug)]
struct Remove {
    /// The client's id, as `client list` shows it
    id: String,
    #[command(flatten)]
    place: StorePlace,
}

fn scope(text: &str) -> std::result::Result<String, String> {
    let known = || Scope::ALL.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", ");
    Scope::named(text).map(|_| text.to_owned()).ok_or_else(|| format!("there are: {}", known()))
}

impl ClientCommand {
    pub(crate) fn run(&self) -> Result {
        match &self.what {
            What::Add(add) => add.run(),
            What::List(list) => list.run(),
            What::Remove(remove) => remove.run(),
        }
    }
}

impl Add {
    fn run(&self) -> Result {
        let token = callers::new_token().map_err(|error| Failure::new(format!("no randomness: {error}")))?;
        let everything = || Scope::ALL.iter().map(|scope| scope.as_str().to_owned()).collect();
        let client = NewClient {
            name: self.name.clone(),
            token_sha256: callers::hex(&callers::hash(&token)),
            scopes: if self.scopes.is_empty() { everything() } else { self.scopes.iter().cloned().collect() },
            sources: self.sources.clone(),
        };
        let added = ask_or_do(&self.place.place()?, Request::ClientAdd(client))?;
        if self.json {
            return terminal::json(&json!({ "client": added, "token": token }));
        }
        terminal::line(format!("client: {}", added["id"].as_str().unwrap_or_default()));
        terminal::line(format!("token: {token}"));
        terminal::remark("The token is not shown again: only its hash is kept.");
        Ok(())
    }
}

impl List {
    fn run(&self) -> Result {
        let clients = ask_or_do(&self.place.place()?, Request::ClientList {})?;
        if self.json {
            return terminal::json(&clients);
        }
        let clients: Vec<Client> = serde_json::from_value(clients).map_err(|error| Failure::new(error.to_string()))?;
        if clients.is_empty() {
            terminal::remark("There is no API client yet: jifen client add NAME");
        }
        for client in clients {
            let state = if client.active { "active" } else { "removed" };
            let scopes: Vec<&str> = client.scopes.iter().map(|scope| scope.as_str()).collect();
            terminal::line(format!("{}  {state}  {}  {}", client.id, client.name, scopes.join(" ")));
        }
        Ok(())
    }
}

impl Remove {
    fn run(&self) -> Result {
        ask_or_do(&self.place.place()?, Request::ClientRemove { id: self.id.clone() })?;
        terminal::line(format!("{} may not call any more", self.id));
        Ok(())
    }
}

/// Asks the server of the folder; without one, opens the store.
fn ask_or_do(place: &Place, request: Request) -> Result<Value> {
    if let Some(answer) = place.ask(&request, |_, _| {})? {
        return Ok(answer);
    }
    let opened = place::open(place, None, Use::Once)?;
    let done = carry_out(&opened.engine, request);
    opened.close();
    done
}

/// Does what is asked of clients.
pub(crate) fn carry_out(engine: &Engine, request: Request) -> Result<Value> {
    let client = match request {
        Request::ClientAdd(new) => engine.submit_blocking(new.into_command(), None)?,
        Request::ClientRemove { id } => {
            engine.submit_blocking(RemoveClient { id: id.into(), by: By::command_line() }, None)?
        }
        Request::ClientList {} => return Ok(json!(callers::all(engine)?)),
        _ => return Err(Failure::new("this is not about clients")),
    };
    match client.result {
        Ok(client) => Ok(json!(client)),
        Err(refused) => Err(Failure::new(refusal::sentence(&refused)).data(NOTHING_CHANGED)),
    }
}

impl NewClient {
    fn into_command(self) -> AddClient {
        AddClient {
            id: None,
            name: self.name,
            token_sha256: self.token_sha256,
            scopes: self.scopes.into_iter().map(Into::into).collect(),
            sources: (!self.sources.is_empty()).then(|| self.sources.into_iter().map(Into::into).collect()),
            by: By::command_line(),
        }
    }
}
