//! Personal data: sealed before it reaches the program, opened only for who may see it, never logged.
//!
//! Each member has a key of their own, sealed under the server's master key; destroying it erases the person. Keys are
//! kept beside the master key and not in the store ([`Vault`]): what is in the store stays in logs and backups. Both
//! are sealed with the [`Cipher`] the operator chose, bound to the member's identifier, so that one member's data
//! cannot be passed off as another's. Members are found by [`Contact`]s without anything readable being kept: by a hash
//! under a key that follows from the master key.

mod adopt;
mod contact;
mod erasure;
mod forget;
mod known;
mod mask;
mod master;
mod seal;
mod vault;

use jifen_store::StoreError;
use jifen_vocab::Day;
use serde::{Deserialize, Serialize};

pub use contact::Contact;
pub(crate) use forget::{destroy_key, forget};
pub(crate) use known::{change_browsers, opened, personal_of};
pub use master::VaultError;
pub use seal::Cipher;
pub use vault::{Sealing, Vault};

use crate::problems::{Problem, table};

/// Characters of a name.
const NAME_LEN_MAX: usize = 200;
/// Characters of a telephone number.
const PHONE_LEN_MAX: usize = 40;
/// Characters of an address of electronic mail (RFC 5321).
const EMAIL_LEN_MAX: usize = 254;

/// What is known about a person besides points.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Personal {
    /// Their name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Their telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Their address of electronic mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The day they were born.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<Day>,
    /// Browsers that show them messages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub browsers: Vec<jifen_connect::Subscription>,
}

impl std::fmt::Debug for Personal {
    /// Says nothing: this must not end up in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Personal { … }")
    }
}

impl Personal {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Personal::default()
    }

    /// How the person can be reached, in the form that is compared. What is in no known form cannot be found by.
    pub fn contacts(&self) -> Vec<Contact> {
        let phone = self.phone.as_deref().and_then(|text| Contact::phone(text).ok());
        let email = self.email.as_deref().and_then(|text| Contact::email(text).ok());
        phone.into_iter().chain(email).collect()
    }

    /// Checks the form of each field.
    pub fn check(&self) -> Result<(), Problem> {
        let texts = [
            ("/name", &self.name, NAME_LEN_MAX),
            ("/phone", &self.phone, PHONE_LEN_MAX),
            ("/email", &self.email, EMAIL_LEN_MAX),
        ];
        for (pointer, text, limit) in texts {
            let Some(text) = text else { continue };
            let is_blank = text.trim().is_empty();
            if is_blank || text.chars().count() > limit || text.chars().any(char::is_control) {
                return Err(Problem::field(pointer, &format!("have 1 to {limit} characters")));
            }
        }
        let has_at =
            |email: &String| email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
        if self.email.as_ref().is_some_and(|email| !has_at(email)) {
            return Err(Problem::field("/email", "be an address such as lin@example.com"));
        }
        Ok(())
    }
}

/// Something sealed cannot be opened, or not be sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// It was sealed under another key, for another member, or was changed since.
    #[error("personal data cannot be opened: it was sealed under another key or changed since")]
    Broken,
    /// The member's key is not there: it was destroyed, or the keys were not brought along.
    #[error("personal data cannot be opened: there is no key for this member")]
    Destroyed,
    /// The person was erased: nothing is kept about them again.
    #[error("the person {0} was erased, and nothing is kept about them again")]
    Erased(String),
    /// Who was erased cannot be written down.
    #[error("the list of erased persons cannot be written: {0}")]
    List(#[from] std::io::Error),
    /// Another machine made a new master key.
    #[error("there is a new master key, made by another process: copy it to {0}; nothing else is needed")]
    Rotated(String),
    /// The keys of members went to a database.
    #[error("the keys of members were moved to a database: start again with its address in --keys-database-url")]
    Moved,
    /// The operating system gives no randomness.
    #[error("the operating system gives no random numbers")]
    Random,
    /// The keys of members cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Records cannot be read.
    #[error("{0}")]
    Engine(String),
}

impl From<SealError> for Problem {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Erased(member) => Problem::new(&table::MEMBER_ERASED).word("member", &member),
            SealError::Store(error) => Problem::from(error),
            other => Problem::internal(other.to_string()),
        }
    }
}

fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_it_is_shown_by_accident() {
        let lin = Personal { name: Some("Lin".to_owned()), ..Personal::default() };
        assert_eq!(format!("{lin:?}"), "Personal { … }");
    }
}
