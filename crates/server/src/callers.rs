//! Who calls: API clients by the hash of their token, in memory, refreshed when they change.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use compact_str::{CompactString, format_compact};
use jifen_engine::{Engine, EngineError};
use jifen_program::book::Organization;
use jifen_program::clients::{CLIENT, Client};
use jifen_program::desk::Record;
use jifen_store::{Bound, Find, Order};
use jifen_vocab::{EventSource, Timestamp};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::access::Access;
use crate::problems::{Problem, table};
use crate::rate::Bucket;
use crate::scopes::{Scope, Scopes};

/// SHA-256 of a token.
pub type TokenHash = [u8; 32];

/// What kind of caller somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallerKind {
    /// Anyone, at an open door.
    Anyone,
    /// An API client, with its token.
    Client,
    /// A member, with a token or a session: the identifier is the member's.
    Member,
    /// Whoever has the sandbox's token.
    Sandbox,
    /// A person of the staff, with a session: the identifier is their login.
    Staff,
}

impl CallerKind {
    /// The word it is written with.
    pub const fn as_str(self) -> &'static str {
        match self {
            CallerKind::Anyone => "anyone",
            CallerKind::Client => "client",
            CallerKind::Member => "member",
            CallerKind::Sandbox => "sandbox",
            CallerKind::Staff => "staff",
        }
    }
}

/// What is known about a person who has signed in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SignIn {
    /// Roles, of staff.
    pub roles: Vec<RoleAt>,
    /// Until when the second factor counts as fresh; none where it is not.
    pub confirmed_until: Option<Timestamp>,
    /// When the session or token ends at the latest.
    pub expires_at: Timestamp,
    /// What `X-CSRF-Token` must be; none where the credential is no cookie, which only our pages can send.
    pub csrf: Option<CompactString>,
    /// Whether the password must be changed before anything else.
    pub must_change_password: bool,
    /// The device that a member is on, hashed under a key; none where it is not known.
    pub device: Option<CompactString>,
}

/// A role and where in the organization it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleAt {
    /// The role.
    pub role: CompactString,
    /// The place and everything below it; none for everywhere.
    pub place: Option<CompactString>,
}

/// Somebody with a valid token or session, or anyone at an open door.
#[derive(Debug)]
pub struct Caller {
    /// The credential's identifier, as entries and keys name it; of a person, their own.
    pub id: CompactString,
    /// What kind of caller it is.
    pub kind: CallerKind,
    /// What it may do.
    pub scopes: Scopes,
    /// From which event sources it may report; none for any.
    pub sources: Option<BTreeSet<CompactString>>,
    /// Whether the rate limit is not for it.
    pub unlimited: bool,
    /// What is left of its rate.
    pub bucket: Arc<Bucket>,
    /// How a person signed in; none for tokens of programs.
    pub sign_in: Option<Box<SignIn>>,
    hash: TokenHash,
}

impl Caller {
    fn new(kind: CallerKind, id: &str, hash: TokenHash, scopes: Scopes) -> Self {
        Caller {
            id: id.into(),
            kind,
            scopes,
            sources: None,
            unlimited: true,
            bucket: Arc::default(),
            sign_in: None,
            hash,
        }
    }

    /// A person who has signed in.
    pub fn person(kind: CallerKind, id: &str, scopes: Scopes, sign_in: SignIn, bucket: Arc<Bucket>) -> Self {
        let sign_in = Some(Box::new(sign_in));
        Caller { sign_in, bucket, unlimited: false, ..Caller::new(kind, id, [0; 32], scopes) }
    }

    /// The same client, with no more than these scopes.
    fn narrowed(&self, scopes: Scopes) -> Self {
        Caller {
            sources: self.sources.clone(),
            unlimited: self.unlimited,
            bucket: Arc::clone(&self.bucket),
            ..Caller::new(self.kind, &self.id, self.hash, self.scopes.and(scopes))
        }
    }

    /// Who it is among callers of every kind: a member and a client may bear the same identifier.
    pub fn key(&self) -> CompactString {
        match self.kind {
            CallerKind::Member | CallerKind::Staff => format_compact!("{}:{}", self.kind.as_str(), self.id),
            _ => self.id.clone(),
        }
    }

    /// Whether it may do what the scope is for at that place of the organization; no place means everywhere.
    pub fn may_at(&self, scope: Scope, place: Option<&str>, organization: &Organization) -> bool {
        if self.kind != CallerKind::Staff {
            return self.may(scope);
        }
        let roles = self.sign_in.iter().flat_map(|sign_in| &sign_in.roles);
        let mut giving = roles.filter(|at| organization.role(&at.role).is_some_and(|role| role.scopes.has(scope)));
        self.may(scope) && giving.any(|at| organization.is_within(place, at.place.as_deref()))
    }

    /// Whether it may do what the scope is for.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.has(scope)
    }

    /// Whether it may call an operation with that access. `{id}` is what the path says there, if anything.
    ///
    /// # Errors
    /// `unauthorized` where anyone would have to say who they are, `forbidden` where who they are is not enough.
    pub fn check(&self, access: Access, id: impl FnOnce() -> Option<CompactString>) -> Result<(), Problem> {
        let Some(scope) = access.scope() else {
            let is_stranger = access == Access::SignedIn && self.kind == CallerKind::Anyone;
            return if is_stranger { Err(Problem::new(&table::UNAUTHORIZED)) } else { Ok(()) };
        };
        let is_member = self.kind == CallerKind::Member;
        let may = match access {
            _ if self.may(scope) => true,
            Access::ScopeOrMember(_) => is_member,
            Access::ScopeOrSelf(_) => is_member && id().is_some_and(|id| id == self.id),
            _ => false,
        };
        match (may, self.kind) {
            (true, _) => Ok(()),
            (false, CallerKind::Anyone) => Err(Problem::new(&table::UNAUTHORIZED)),
            (false, _) => Err(Problem::new(&table::FORBIDDEN).word("scope", scope.as_str())),
        }
    }

    /// Whether a sensitive operation may be called now: staff have shown a second factor a moment ago. What programs do
    /// was confirmed when they were given the scope.
    pub fn is_confirmed(&self, now: Timestamp) -> bool {
        let confirmed = self.sign_in.as_ref().and_then(|sign_in| sign_in.confirmed_until);
        self.kind != CallerKind::Staff || confirmed.is_some_and(|until| now < until)
    }

    /// Whether it may report events of that source.
    pub fn may_send(&self, source: &EventSource) -> bool {
        self.sources.as_ref().is_none_or(|sources| sources.contains(source.as_str()))
    }
}

/// Every valid token.
#[derive(Debug)]
pub struct Callers {
    known: RwLock<Arc<Known>>,
    sandbox: Option<Arc<Caller>>,
    anyone: Arc<Caller>,
    /// Held while clients are read, so that a slow reader does not put back what a later one has replaced.
    reading: Mutex<()>,
}

/// Every client, by its token and by its identifier.
#[derive(Debug, Default)]
struct Known {
    by_hash: HashMap<TokenHash, Arc<Caller>, ahash::RandomState>,
    by_id: HashMap<CompactString, Arc<Caller>, ahash::RandomState>,
}

/// The credential that the sandbox's token stands for.
pub const SANDBOX: &str = "sandbox";

impl Callers {
    /// Nobody yet, apart from whoever has the sandbox's token.
    pub fn new(sandbox_token: Option<&str>) -> Self {
        let sandbox = sandbox_token
            .map(|token| Arc::new(Caller::new(CallerKind::Sandbox, SANDBOX, hash(token), Scopes::EVERYTHING)));
        let anyone = Arc::new(Caller::new(CallerKind::Anyone, "anyone", [0; 32], Scopes::default()));
        Callers { known: RwLock::default(), sandbox, anyone, reading: Mutex::default() }
    }

    /// Who has that token.
    pub fn find(&self, token: &str) -> Option<Arc<Caller>> {
        let hash = hash(token);
        let known = self.known();
        let caller = known.by_hash.get(&hash).or(self.sandbox.as_ref())?;
        bool::from(caller.hash.ct_eq(&hash)).then(|| Arc::clone(caller))
    }

    /// The client of that identifier, or whoever has the sandbox's token, while it may call.
    pub fn named(&self, id: &str) -> Option<Arc<Caller>> {
        let known = self.known();
        let sandbox = self.sandbox.as_ref().filter(|sandbox| sandbox.id == id);
        known.by_id.get(id).or(sandbox).map(Arc::clone)
    }

    /// Who has a token that a client got for its secret: the client, with no more than those scopes.
    pub fn narrowed(&self, id: &str, scopes: Scopes) -> Option<Arc<Caller>> {
        let client = self.named(id)?;
        if client.scopes.within(scopes) { Some(client) } else { Some(Arc::new(client.narrowed(scopes))) }
    }

    fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Anyone, without rights.
    pub fn anyone(&self) -> &Arc<Caller> {
        &self.anyone
    }

    /// Reads the clients from the store. What is left of their rates stays.
    pub fn reload(&self, engine: &Engine) -> Result<(), EngineError> {
        let _reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let clients = all(engine)?;
        let before = self.known();
        let mut known = Known::default();
        for client in clients.into_iter().filter(|client| client.active) {
            let Some(caller) = of_client(&client, &before.by_hash).map(Arc::new) else { continue };
            known.by_hash.insert(caller.hash, Arc::clone(&caller));
            known.by_id.insert(caller.id.clone(), caller);
        }
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
        Ok(())
    }
}

fn of_client(client: &Client, before: &HashMap<TokenHash, Arc<Caller>, ahash::RandomState>) -> Option<Caller> {
    let hash = unhex(&client.token_sha256)?;
    let mut caller = Caller::new(
        CallerKind::Client,
        &client.id,
        hash,
        Scopes::named(client.scopes.iter().map(CompactString::as_str)),
    );
    caller.sources.clone_from(&client.sources);
    caller.unlimited = false;
    if let Some(earlier) = before.get(&hash) {
        caller.bucket = Arc::clone(&earlier.bucket);
    }
    Some(caller)
}

/// Every client there is, active or not, by id.
pub fn all(engine: &Engine) -> Result<Vec<Client>, EngineError> {
    let mut clients = Vec::new();
    let mut from = Bound::Start;
    loop {
        let find =
            Find { kind: &CLIENT, column: None, equals: None, order: Order::Ascending, from: from.clone(), limit: 500 };
        let page = engine.store().find(&find).map_err(Arc::new)?;
        for (id, _, row) in &page.rows {
            let client = Client::read(&row.body);
            clients.push(client.map_err(|error| EngineError::Fault(format!("the API client {id}: {error}")))?);
        }
        match page.next {
            Some(next) => from = next,
            None => return Ok(clients),
        }
    }
}

/// SHA-256 of a token.
pub fn hash(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}

/// A hash in hexadecimal, as it is stored.
pub fn hex(hash: &TokenHash) -> String {
    use std::fmt::Write;
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<TokenHash> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut hash = [0; 32];
    for (place, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[place * 2..place * 2 + 2], 16).ok()?;
    }
    Some(hash)
}

/// A new token: 32 random bytes.
pub fn new_token() -> Result<String, getrandom::Error> {
    use base64::Engine as _;
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(format!("jft_{}", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_reads_back() {
        let hash = hash("token");
        assert_eq!(unhex(&hex(&hash)), Some(hash));
        assert_eq!(unhex("zz"), None);
    }

    #[test]
    fn only_the_very_token_is_found() {
        let callers = Callers::new(Some("s3cret"));
        assert_eq!(callers.find("s3cret").unwrap().id, SANDBOX);
        assert!(callers.find("s3cre").is_none());
        assert!(Callers::new(None).find("").is_none());
    }
}
