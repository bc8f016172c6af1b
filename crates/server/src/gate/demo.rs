//! People to try things out with: a sandbox without staff gets three, who sign in as anybody does. Their password follows
//! from the server's own key, so that nobody outside knows it.

use jifen_engine::{Engine, EngineError};
use jifen_program::audit::By;
use jifen_program::staff::{AddStaff, Details, Factor, Password, RoleAt, Staff};
use jifen_store::{Bound, Find, Order};
use jifen_vocab::Timestamp;

use super::{Gate, totp};

/// Who they are: login, name, role.
pub const PEOPLE: [(&str, &str, &str); 3] =
    [("lin", "林岚", "owner"), ("wei", "魏然", "rules-reviewer"), ("he", "何雨", "customer-service")];

impl Gate {
    /// The password of the people that a sandbox begins with.
    pub fn demo_password(&self) -> String {
        self.tokens.code("people of the sandbox", "password").to_lowercase().replace(['-', '_'], "x")
    }

    /// Adds the people that a sandbox begins with, where there is no staff yet. Says whether they were added.
    ///
    /// # Errors
    /// [`EngineError`]
    pub fn add_demo_staff(&self, engine: &Engine) -> Result<bool, EngineError> {
        let kind = &jifen_program::staff::STAFF;
        let from = Bound::Start;
        let any = Find { kind, column: None, equals: None, order: Order::Ascending, from, limit: 1 };
        let found = engine.store().find(&any).map_err(std::sync::Arc::new)?;
        if !found.rows.is_empty() {
            return Ok(false);
        }
        for (login, name, role) in PEOPLE {
            let hash = self.passwords.hash_now(&self.demo_password()).map_err(EngineError::Fault)?;
            let mut secret = [0; totp::SECRET_LEN];
            getrandom::fill(&mut secret).map_err(|error| EngineError::Fault(error.to_string()))?;
            let sealed = self.tokens.seal(login, &secret).map_err(EngineError::Fault)?;
            let roles = [RoleAt { role: role.into(), place: None }].into();
            let add = AddStaff {
                login: login.into(),
                details: Details { name: name.to_owned(), email: None, roles, active: true },
                password: Some(Password { hash, one_time_until: None }),
                factor: Some(Factor { sealed, step: 0 }),
                by: By::system(),
            };
            // A rule book without one of the roles goes without that person.
            drop(engine.submit_blocking(add, None)?);
        }
        Ok(true)
    }

    /// A code that somebody's authenticator would show and that was not shown yet; for sandboxes, whose people have
    /// none. Nothing where the second factor is not set up, or where codes are used up for half a minute.
    ///
    /// # Errors
    /// [`EngineError`]
    pub fn code_of(&self, engine: &Engine, login: &str, wall: Timestamp) -> Result<Option<String>, EngineError> {
        let factor = engine.read::<Staff>(login)?.and_then(|staff| staff.factor);
        let Some(factor) = factor else { return Ok(None) };
        let Some(secret) = self.tokens.open(login, &factor.sealed) else { return Ok(None) };
        let now = totp::step_at(wall);
        let step = (factor.step + 1).max(now);
        Ok((step <= now + 1).then(|| totp::code(&secret, step)))
    }
}
