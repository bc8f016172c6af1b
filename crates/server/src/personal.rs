//! Personal data: sealed before it reaches the program, opened only for who may see it, never logged.
//!
//! Each member has a key of their own, sealed under the server's master key; destroying it erases the person. Both are
//! AES-256-GCM, bound to the member's identifier, so that one member's data cannot be passed off as another's.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jifen_program::members::Profile;
use jifen_vocab::Day;
use serde::{Deserialize, Serialize};

use crate::problems::Problem;

/// Characters of a name.
const NAME_LEN_MAX: usize = 200;
/// Characters of a telephone number.
const PHONE_LEN_MAX: usize = 40;
/// Characters of an address of electronic mail (RFC 5321).
const EMAIL_LEN_MAX: usize = 254;

const NONCE_LEN: usize = 12;

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

/// Why the keys of personal data cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The file cannot be read or created.
    #[error("the key of personal data in {path} cannot be used: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
    /// The file holds something else.
    #[error("{0} does not hold a key of personal data (32 bytes in base 64)")]
    Foreign(PathBuf),
    /// The operating system gives no randomness.
    #[error("the operating system gives no random numbers: {0}")]
    Random(#[from] getrandom::Error),
}

/// Something sealed cannot be opened, or not be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It was sealed under another key, for another member, or was changed since.
    #[error("personal data cannot be opened: it was sealed under another key or changed since")]
    Broken,
    /// The operating system gives no randomness.
    #[error("the operating system gives no random numbers")]
    Random,
}

/// Seals and opens personal data.
pub struct Vault {
    master: Aes256Gcm,
}

impl Vault {
    /// Reads the master key, or creates one that only the owner of the process may read.
    ///
    /// # Errors
    /// [`VaultError`]
    pub fn open(path: &Path) -> Result<Self, VaultError> {
        let failed = |source| VaultError::File { path: path.to_owned(), source };
        match fs::read_to_string(path) {
            Ok(text) => {
                let key = STANDARD.decode(text.trim()).ok().and_then(|key| <[u8; 32]>::try_from(key).ok());
                Ok(Vault::of(key.ok_or_else(|| VaultError::Foreign(path.to_owned()))?))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let key = random()?;
                create(path, &format!("{}\n", STANDARD.encode(key))).map_err(failed)?;
                Ok(Vault::of(key))
            }
            Err(error) => Err(failed(error)),
        }
    }

    fn of(key: [u8; 32]) -> Self {
        Vault { master: Aes256Gcm::new(&key.into()) }
    }

    /// Seals personal data of a member under a new key of their own.
    ///
    /// # Errors
    /// [`SealError::Random`]
    pub fn seal(&self, member: &str, personal: &Personal) -> Result<Profile, SealError> {
        let own: [u8; 32] = random().map_err(|_| SealError::Random)?;
        let json = serde_json::to_vec(personal).map_err(|_| SealError::Broken)?;
        Ok(Profile {
            v: 1,
            key: seal(&self.master, member, "key", &own)?,
            sealed: seal(&Aes256Gcm::new(&own.into()), member, "profile", &json)?,
        })
    }

    /// Opens personal data of a member.
    ///
    /// # Errors
    /// [`SealError::Broken`]
    pub fn open_profile(&self, member: &str, profile: &Profile) -> Result<Personal, SealError> {
        let own = open(&self.master, member, "key", &profile.key)?;
        let own = <[u8; 32]>::try_from(own).map_err(|_| SealError::Broken)?;
        let json = open(&Aes256Gcm::new(&own.into()), member, "profile", &profile.sealed)?;
        serde_json::from_slice(&json).map_err(|_| SealError::Broken)
    }
}

fn seal(cipher: &Aes256Gcm, member: &str, what: &str, msg: &[u8]) -> Result<String, SealError> {
    let nonce: [u8; NONCE_LEN] = random().map_err(|_| SealError::Random)?;
    let bound = format!("{what}/{member}");
    let payload = Payload { msg, aad: bound.as_bytes() };
    let sealed = cipher.encrypt(&Nonce::from(nonce), payload).map_err(|_| SealError::Broken)?;
    Ok(STANDARD.encode([nonce.as_slice(), &sealed].concat()))
}

fn open(cipher: &Aes256Gcm, member: &str, what: &str, text: &str) -> Result<Vec<u8>, SealError> {
    let bytes = STANDARD.decode(text).map_err(|_| SealError::Broken)?;
    let (nonce, msg) = bytes.split_first_chunk::<NONCE_LEN>().ok_or(SealError::Broken)?;
    let bound = format!("{what}/{member}");
    let payload = Payload { msg, aad: bound.as_bytes() };
    cipher.decrypt(&Nonce::from(*nonce), payload).map_err(|_| SealError::Broken)
}

fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

fn create(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lin() -> Personal {
        Personal { name: Some("Lin".to_owned()), birthday: Day::new(1990, 5, 1), ..Personal::default() }
    }

    #[test]
    fn what_was_sealed_opens_for_the_same_member_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/master.key");
        let profile = Vault::open(&path).unwrap().seal("lin", &lin()).unwrap();
        assert!(!serde_json::to_string(&profile).unwrap().contains("Lin"));
        let vault = Vault::open(&path).unwrap();
        assert_eq!(vault.open_profile("lin", &profile).unwrap(), lin());
        assert_eq!(vault.open_profile("wei", &profile), Err(SealError::Broken));
        let other = Vault::open(&folder.path().join("other")).unwrap();
        assert_eq!(other.open_profile("lin", &profile), Err(SealError::Broken));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_the_key() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/master.key");
        Vault::open(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&path, "nonsense").unwrap();
        assert!(matches!(Vault::open(&path), Err(VaultError::Foreign(_))));
    }

    #[test]
    fn nothing_of_it_is_shown_by_accident() {
        assert_eq!(format!("{:?}", lin()), "Personal { … }");
    }
}
