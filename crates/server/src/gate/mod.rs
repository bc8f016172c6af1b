//! The gate: how people prove who they are. Staff by password and a code that changes with time, members by a code that
//! was sent to them or a token that a shop's backend asked for. What is kept of it is in the program; here are the
//! secrets, the clock of the machine, and the work that takes time.

pub mod cookies;
pub mod demo;
mod passwords;
mod people;
mod rates;
mod strangers;
pub mod tokens;
pub mod totp;

use jifen_vocab::Timestamp;

pub use passwords::{Cost, Passwords, check as check_password, one_time as one_time_password};
pub use people::{People, session, staff_at, staff_who};
pub use rates::{Peer, Rates};
pub use strangers::Strangers;

use crate::personal::Vault;
use tokens::Tokens;

/// What the gate keeps in memory.
pub struct Gate {
    /// Hashes and compares passwords.
    pub passwords: Passwords,
    /// Finds who a cookie belongs to.
    pub people: People,
    /// Wrong passwords for logins that nobody has.
    pub strangers: Strangers,
    /// How often somebody may try.
    pub rates: Rates,
    /// Signs tokens, hashes codes and seals secrets.
    pub tokens: Tokens,
}

impl Gate {
    /// A gate with its keys from the vault.
    pub fn new(vault: &Vault, cost: Cost) -> Gate {
        Gate {
            passwords: Passwords::new(cost),
            people: People::default(),
            strangers: Strangers::default(),
            rates: Rates::default(),
            tokens: Tokens::new(vault.derived("tokens"), vault.derived("second factors")),
        }
    }
}

/// Seconds until an instant, at least one: what `Retry-After` says.
pub fn seconds_until(instant: Timestamp, wall: Timestamp) -> u32 {
    let millis = instant.as_millis().saturating_sub(wall.as_millis()).max(0);
    u32::try_from(millis / 1_000 + 1).unwrap_or(u32::MAX)
}
