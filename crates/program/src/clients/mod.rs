//! API clients: who may call, what for, and for which event sources. Tokens are hashed before they come here.

use std::collections::BTreeSet;

use compact_str::CompactString;
use jifen_vocab::{Code, Kind, Refusal, Timestamp};
use serde::{Deserialize, Serialize};

use crate::audit::{self, By, Line};
use crate::book::Books;
use crate::desk::{Command, Desk, Keys, Loaded, Stop, Touch, json_record};

/// An API client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Schema version.
    pub v: u8,
    /// Its identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: String,
    /// SHA-256 of its token, in hexadecimal. The token itself is nowhere.
    pub token_sha256: String,
    /// What it may do.
    pub scopes: BTreeSet<CompactString>,
    /// From which event sources it may report; none for any.
    #[serde(default)]
    pub sources: Option<BTreeSet<CompactString>>,
    /// Since when.
    pub created_at: Timestamp,
    /// Whether it may still call.
    pub active: bool,
}

/// API clients.
pub static CLIENT: Kind = Kind::records("api_client");

json_record!(Client, CLIENT);

/// Registers a client.
#[derive(Debug, Clone)]
pub struct AddClient {
    /// Its identifier; a new one where the caller gives none.
    pub id: Option<CompactString>,
    /// What people call it.
    pub name: String,
    /// SHA-256 of its token, in hexadecimal.
    pub token_sha256: String,
    /// What it may do.
    pub scopes: BTreeSet<CompactString>,
    /// From which event sources it may report; none for any.
    pub sources: Option<BTreeSet<CompactString>>,
    /// Who registers it.
    pub by: By,
}

impl Command for AddClient {
    type Outcome = Client;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        if let Some(id) = &self.id {
            keys.want::<Client>(id);
        }
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Client, Stop> {
        let id = self.id.clone().unwrap_or_else(|| desk.new_id("cli"));
        if self.id.is_some() && desk.read::<Client>(&id)?.is_some() {
            return Err(Refusal::field("/id", "not be in use").into());
        }
        let client = Client {
            v: 1,
            id: id.clone(),
            name: self.name.clone(),
            token_sha256: self.token_sha256.clone(),
            scopes: self.scopes.clone(),
            sources: self.sources.clone(),
            created_at: desk.now(),
            active: true,
        };
        desk.write_new(&id, client.clone());
        let line = Line::new("clients.add", "client", &id).after("scopes", words(&client.scopes));
        let sources = client.sources.as_ref().map(words);
        audit::write(desk, &self.by, line.after("sources", sources))?;
        Ok(client)
    }
}

fn words(set: &BTreeSet<CompactString>) -> Vec<&str> {
    set.iter().map(CompactString::as_str).collect()
}

/// Takes a client's access away. Its record stays: entries name it.
#[derive(Debug, Clone)]
pub struct RemoveClient {
    /// Which.
    pub id: CompactString,
    /// Who takes it away.
    pub by: By,
}

impl Command for RemoveClient {
    type Outcome = Client;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Client>(&self.id);
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Client, Stop> {
        let unknown = || Refusal::new(Code::Unknown).word("client", &self.id);
        let client = desk.read::<Client>(&self.id)?.ok_or_else(unknown)?;
        let mut client = Client::clone(&client);
        let line = Line::new("clients.remove", "client", &self.id).before("active", client.active);
        client.active = false;
        desk.write(&self.id, client.clone());
        audit::write(desk, &self.by, line.after("active", false))?;
        Ok(client)
    }
}
