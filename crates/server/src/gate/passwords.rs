//! Passwords: hashed with Argon2id, a few at a time. A hash takes memory on purpose, so a flood of sign-ins waits in a
//! short line and is then told to come again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::{Argon2, Params, PasswordHasher, PasswordVerifier};
use jifen_vocab::limits::{PASSWORD_LEN_MAX, PASSWORD_LEN_MIN};
use tokio::sync::Semaphore;

use crate::problems::{Problem, table};

/// Hashes made at once.
const AT_ONCE: usize = 2;

/// Requests that may wait for one; a second of patience.
const WAITING_MAX: usize = 32;

/// What a hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Default for Cost {
    /// 19 MiB and two passes: the least that OWASP's password storage recommendations name.
    fn default() -> Self {
        Cost { memory_kib: 19 * 1024, passes: 2 }
    }
}

/// Hashes and compares passwords.
pub struct Passwords {
    argon: Argon2<'static>,
    room: Arc<Semaphore>,
    waiting: AtomicUsize,
}

impl Passwords {
    /// Hashes of that cost from now on. Those made otherwise are compared all the same.
    pub fn new(cost: Cost) -> Self {
        let params = Params::new(cost.memory_kib.max(8), cost.passes.max(1), 1, None).unwrap_or_default();
        Passwords { argon: Argon2::from(params), room: Arc::new(Semaphore::new(AT_ONCE)), waiting: AtomicUsize::new(0) }
    }

    /// Hashes a password on this thread, which may wait.
    ///
    /// # Errors
    /// No randomness, or no memory.
    pub fn hash_now(&self, password: &str) -> Result<String, String> {
        hash(&self.argon, password)
    }

    /// Hashes a password, when its turn comes.
    ///
    /// # Errors
    /// `busy` where too many wait.
    pub async fn hash(&self, password: &str) -> Result<String, Problem> {
        let (argon, password) = (self.argon.clone(), password.to_owned());
        self.in_turn(move || hash(&argon, &password)).await?.map_err(Problem::internal)
    }

    /// Whether a password is the one with that hash. Where there is none to compare with it takes as long, so that
    /// nobody learns from the time it takes who is there.
    ///
    /// # Errors
    /// `busy` where too many wait.
    pub async fn is_right(&self, password: &str, known: Option<&str>) -> Result<bool, Problem> {
        let (argon, password, known) = (self.argon.clone(), password.to_owned(), known.map(str::to_owned));
        self.in_turn(move || match known {
            Some(known) => argon.verify_password(password.as_bytes(), known.as_str()).is_ok(),
            None => {
                let _ = argon.hash_password_with_salt(password.as_bytes(), &[0; 16]);
                false
            }
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let place = Place::take(&self.waiting).ok_or_else(|| Problem::new(&table::BUSY))?;
        let turn = Arc::clone(&self.room).acquire_owned().await;
        let turn = turn.map_err(|error| Problem::internal(error.to_string()))?;
        drop(place);
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        done.await.map_err(|error| Problem::internal(error.to_string()))
    }
}

/// A place in the line; left when dropped, also by a request that went away.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Option<Place<'a>> {
        let before = waiting.fetch_add(1, Ordering::AcqRel);
        let place = Place(waiting);
        (before < WAITING_MAX).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

fn hash(argon: &Argon2<'static>, password: &str) -> Result<String, String> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| error.to_string())?;
    let hashed = argon.hash_password_with_salt(password.as_bytes(), &salt).map_err(|error| error.to_string())?;
    Ok(hashed.to_string())
}

/// Checks a password that somebody chose.
///
/// # Errors
/// A problem with that field.
pub fn check(pointer: &'static str, password: &str, login: &str) -> Result<(), Problem> {
    let length = password.chars().count();
    if !(PASSWORD_LEN_MIN..=PASSWORD_LEN_MAX).contains(&length) {
        let must = format!("have {PASSWORD_LEN_MIN} to {PASSWORD_LEN_MAX} characters");
        return Err(Problem::field(pointer, &must));
    }
    let letters: std::collections::BTreeSet<char> = password.chars().collect();
    if letters.len() < 5
        || password.to_lowercase().contains(&login.to_lowercase()) && length < login.len() + PASSWORD_LEN_MIN
    {
        return Err(Problem::field(pointer, "be harder to guess"));
    }
    Ok(())
}

/// A password that somebody gives somebody else: twenty letters and digits that are not mistaken for each other.
///
/// # Errors
/// The operating system gives no randomness.
pub fn one_time() -> Result<String, getrandom::Error> {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789K";
    let mut random = [0_u8; 20];
    getrandom::fill(&mut random)?;
    let mut text = String::with_capacity(24);
    for (place, byte) in random.iter().enumerate() {
        if place > 0 && place % 5 == 0 {
            text.push('-');
        }
        text.push(char::from(LETTERS[usize::from(byte & 31)]));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_password_is_right() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let passwords = Passwords::new(Cost { memory_kib: 8, passes: 1 });
            let known = passwords.hash("correct horse").await.unwrap();
            assert!(known.starts_with("$argon2id$") && !known.contains("horse"));
            assert!(passwords.is_right("correct horse", Some(&known)).await.unwrap());
            assert!(!passwords.is_right("Correct horse", Some(&known)).await.unwrap());
            assert!(!passwords.is_right("correct horse", Some("nonsense")).await.unwrap());
            assert!(!passwords.is_right("correct horse", None).await.unwrap());
            // Another cost later changes nothing for those who have a password.
            let dearer = Passwords::new(Cost { memory_kib: 16, passes: 2 });
            assert!(dearer.is_right("correct horse", Some(&known)).await.unwrap());
        });
    }

    #[test]
    fn a_flood_waits_in_a_short_line() {
        let passwords = Passwords::new(Cost { memory_kib: 8, passes: 1 });
        let places: Vec<_> = std::iter::from_fn(|| Place::take(&passwords.waiting)).take(1_000).collect();
        assert_eq!(places.len(), WAITING_MAX);
        drop(places);
        assert!(Place::take(&passwords.waiting).is_some());
    }

    #[test]
    fn passwords_that_are_guessed_are_not_taken() {
        for wrong in ["", "short", "aaaaaaaaaaaa", "lin-lin-lin", &"x".repeat(300)] {
            assert!(check("/password", wrong, "lin").is_err(), "{wrong}");
        }
        assert!(check("/password", "correct horse battery", "lin").is_ok());
        assert!(check("/password", "窗外的雨下了一整夜没停", "lin").is_ok());
        assert!(check("/password", &one_time().unwrap(), "lin").is_ok());
    }
}
