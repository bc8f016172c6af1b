//! From a cookie to who calls. A person's rights are read anew for each request, so that a change of roles, a password
//! reset or a sign-out takes effect at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use compact_str::CompactString;
use jifen_engine::{Engine, EngineError};
use jifen_program::desk::Record;
use jifen_program::sessions::{EndStolenSession, Holder, Session, Sessions, Stage, TouchSession};
use jifen_program::staff::{STAFF, Staff};
use jifen_store::{Bound, Find, Order, Value};
use jifen_vocab::limits::PAGE_MAX;
use jifen_vocab::{Scope, Scopes, Timestamp};

use super::cookies::Ticket;
use crate::callers::{Caller, CallerKind, RoleAt, SignIn};
use crate::rate::Bucket;

/// A session's use is noted when that much time has gone since the last note.
const NOTED_EVERY_MS: i64 = 60_000;

/// People whose rates are remembered; beyond it all are forgotten, which gives everybody a full quota once.
const BUCKETS_MAX: usize = 100_000;

/// Everybody who has signed in.
#[derive(Debug, Default)]
pub struct People {
    buckets: Mutex<HashMap<CompactString, Arc<Bucket>, ahash::RandomState>>,
}

impl People {
    /// Who has that ticket, where they are signed in.
    ///
    /// # Errors
    /// [`EngineError`]
    pub fn find(&self, engine: &Engine, ticket: &Ticket, wall: Timestamp) -> Result<Option<Caller>, EngineError> {
        let Some(session) = session(engine, ticket, wall, Stage::Open)? else { return Ok(None) };
        if session.agent != ticket.agent {
            // A cookie does not move from one browser to another by itself.
            tracing::warn!(whose = %ticket.holder.key(), "a session was used by another browser and has ended");
            let (holder, token_sha256) = (ticket.holder.clone(), ticket.token_sha256.clone());
            drop(engine.enqueue(EndStolenSession { holder, token_sha256 }, None)?);
            return Ok(None);
        }
        if wall.as_millis() - session.seen_at.as_millis() >= NOTED_EVERY_MS {
            let (holder, token_sha256) = (ticket.holder.clone(), ticket.token_sha256.clone());
            // Where too many commands wait, this one can wait for the next request.
            drop(engine.enqueue(TouchSession { holder, token_sha256, wall }, None));
        }
        let sign_in = SignIn {
            roles: Vec::new(),
            confirmed_until: session.confirmed_until(wall),
            expires_at: session.ends_at,
            csrf: Some(ticket.csrf.clone()),
            must_change_password: false,
            device: session.device.clone(),
        };
        match &ticket.holder {
            Holder::Member(id) => Ok(Some(self.member(id, sign_in))),
            Holder::Staff(login) => self.staff(engine, login, sign_in),
        }
    }

    /// A member who has signed in, or has a token of their own.
    pub fn member(&self, id: &str, sign_in: SignIn) -> Caller {
        let bucket = self.bucket(Holder::Member(id.into()).key());
        Caller::person(CallerKind::Member, id, Scopes::default(), sign_in, bucket)
    }

    fn staff(&self, engine: &Engine, login: &str, mut sign_in: SignIn) -> Result<Option<Caller>, EngineError> {
        let Some(staff) = engine.read::<Staff>(login)?.filter(|staff| staff.active) else { return Ok(None) };
        let books = engine.books();
        let organization = &books.at(engine.clock().now()).organization;
        sign_in.must_change_password = staff.must_change_password();
        let scopes = match sign_in.must_change_password {
            true => Scopes::default(),
            false => organization.scopes(staff.roles.iter().map(|at| at.role.as_str())),
        };
        sign_in.roles = staff.roles.into_iter().map(|at| RoleAt { role: at.role, place: at.place }).collect();
        let bucket = self.bucket(Holder::Staff(login.into()).key());
        Ok(Some(Caller::person(CallerKind::Staff, login, scopes, sign_in, bucket)))
    }

    fn bucket(&self, whose: CompactString) -> Arc<Bucket> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= BUCKETS_MAX {
            buckets.clear();
        }
        Arc::clone(buckets.entry(whose).or_default())
    }
}

/// Who of the staff is known by that address, in small letters; more than one where several share it.
///
/// # Errors
/// [`EngineError`]
pub fn staff_at(engine: &Engine, email: &str) -> Result<Vec<Staff>, EngineError> {
    let equals = Some(Value::Text(email.into()));
    let find = Find { kind: &STAFF, column: Some(0), equals, order: Order::Ascending, from: Bound::Start, limit: 2 };
    let found = engine.store().find(&find).map_err(Arc::new)?;
    let read = |body: &[u8]| Staff::read(body).map_err(|error| EngineError::Fault(format!("staff: {error}")));
    found.rows.iter().map(|(_, _, row)| read(&row.body)).collect()
}

/// Who of the staff has that scope by their roles and may sign in.
///
/// # Errors
/// [`EngineError`]
pub fn staff_who(engine: &Engine, scope: Scope) -> Result<Vec<Staff>, EngineError> {
    let books = engine.books();
    let organization = &books.at(engine.clock().now()).organization;
    let (mut found, mut from) = (Vec::new(), Bound::Start);
    loop {
        let find = Find { kind: &STAFF, column: None, equals: None, order: Order::Ascending, from, limit: PAGE_MAX };
        let page = engine.store().find(&find).map_err(Arc::new)?;
        for (_, _, row) in &page.rows {
            let staff = Staff::read(&row.body).map_err(|error| EngineError::Fault(format!("staff: {error}")))?;
            let scopes = organization.scopes(staff.roles.iter().map(|at| at.role.as_str()));
            if staff.active && scopes.has(scope) {
                found.push(staff);
            }
        }
        match page.next {
            Some(next) => from = next,
            None => return Ok(found),
        }
    }
}

/// The session of a ticket, where it holds and has come that far.
///
/// # Errors
/// [`EngineError`]
pub fn session(
    engine: &Engine,
    ticket: &Ticket,
    wall: Timestamp,
    stage: Stage,
) -> Result<Option<Session>, EngineError> {
    let sessions = engine.read::<Sessions>(&ticket.holder.key())?;
    let found = sessions.and_then(|sessions| sessions.find(&ticket.token_sha256, wall).cloned());
    Ok(found.filter(|session| session.stage == stage))
}
