//! What a store from elsewhere needs once: one of an earlier build, or one that a backup brought back.

use std::sync::Arc;

use jifen_engine::{Engine, EngineError};
use jifen_program::desk::Record;
use jifen_program::member::MEMBER;
use jifen_program::members::{Amend, PROFILE, Profile};
use jifen_store::{Bound, Find, Key, Order};

use super::{SealError, Vault};

/// Says that contacts are indexed as the store has them.
const INDEXED: &str = "indexed";

/// Members looked at together.
const PAGE: usize = 500;

impl Vault {
    /// Indexes contacts and takes keys out of the store, unless that was done since [`Vault::forget_index`]. May block:
    /// call it from a thread of its own.
    ///
    /// # Errors
    /// [`SealError`]
    pub fn adopt(&self, engine: &Engine) -> Result<(), SealError> {
        if self.ring.read(|ring| ring.mark(INDEXED))?.is_some() {
            return Ok(());
        }
        let mut from = Bound::Start;
        loop {
            let find = Find { kind: &MEMBER, column: None, equals: None, order: Order::Ascending, from, limit: PAGE };
            let page = engine.store().find(&find)?;
            let keys: Vec<Key> = page.rows.iter().map(|(id, ..)| Key::new(&PROFILE, id)).collect();
            for (key, row) in keys.iter().zip(engine.store().load(&keys)?) {
                let Some(row) = row else { continue };
                let profile = Profile::read(&row.body).map_err(|error| SealError::Engine(error.to_string()))?;
                self.adopt_profile(engine, &key.id, &profile)?;
            }
            match page.next {
                Some(next) => from = next,
                None => return Ok(self.ring.change(|ring| ring.set_mark(INDEXED, b"1"))?),
            }
        }
    }

    /// Has contacts indexed anew at the next start: the store is about to be another.
    ///
    /// # Errors
    /// [`SealError::Store`]
    pub fn forget_index(&self) -> Result<(), SealError> {
        Ok(self.ring.change(|ring| ring.drop_mark(INDEXED))?)
    }

    fn adopt_profile(&self, engine: &Engine, member: &str, profile: &Profile) -> Result<(), SealError> {
        if profile.erased.is_some() {
            return Ok(());
        }
        let personal = match self.open_profile(member, profile) {
            Ok(personal) => personal,
            Err(error @ (SealError::Broken | SealError::Destroyed)) => {
                tracing::warn!(member, %error, "a member's personal data is not adopted");
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        if profile.key.is_none() {
            return self.sealing(|sealing| sealing.reindex(member, &personal));
        }
        let resealed = self.seal(member, &personal)?;
        let amend = Amend {
            request: None,
            by: None,
            id: member.into(),
            tags: None,
            profile: Some(resealed),
            birthday: None,
            changed: Vec::new(),
        };
        let answered = engine.submit_blocking(amend, None).map_err(told)?;
        answered.result.map(drop).map_err(|refusal| SealError::Engine(refusal.code.as_str().to_owned()))
    }
}

fn told(error: EngineError) -> SealError {
    match error {
        EngineError::Store(store) => match Arc::try_unwrap(store) {
            Ok(store) => SealError::Store(store),
            Err(store) => SealError::Engine(store.to_string()),
        },
        other => SealError::Engine(other.to_string()),
    }
}
