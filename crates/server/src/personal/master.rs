//! The master key: its file, what follows from it, and the marks by which a keyring knows it.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use compact_str::CompactString;
use hmac::{Hmac, Mac};
use jifen_store::StoreError;
use jifen_store::keyring::Ring;
use sha2::Sha256;

use super::seal::{Key, derive};
use super::{Cipher, Contact, SealError, random};

/// Which master key the keys of members are sealed under.
pub(super) const MASTER: &str = "master";

/// The key from which those for other purposes come.
pub(super) const ROOT: &str = "root";

/// What tells these keys apart from those of others, whatever their master key is.
pub(super) const IDENTITY: &str = "identity";

/// Stands for the master key where the keys were moved from.
pub(super) const MOVED: &[u8] = b"moved";

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
    /// The keys of members were sealed under another master key.
    #[error("the keys of members in {0} belong to another master key: bring back the one they were made with")]
    Mismatch(String),
    /// There are keys of members, and no master key.
    #[error("the keys of members in {place} have a master key, and {path} is missing: copy it from where it is kept")]
    Missing {
        /// Where the keys of members are.
        place: String,
        /// Where the master key should be.
        path: PathBuf,
    },
    /// The file's keys were moved to a database.
    #[error("the keys of members in {0} were moved to a database: give its address with --keys-database-url")]
    Moved(String),
    /// There is something already where keys are to be moved to.
    #[error("{0} holds keys of members already: nothing was moved")]
    Taken(String),
    /// A member's key cannot be opened.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The keys of members cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The operating system gives no randomness.
    #[error("the operating system gives no random numbers: {0}")]
    Random(#[from] getrandom::Error),
}

/// What follows from the master key.
pub(super) struct Master {
    /// Sealed profiles of version 1 under this very key.
    pub(super) itself: Key,
    /// Seals the keys of members.
    pub(super) members: Key,
    /// Keys the hashes of contacts.
    pub(super) contacts: Key,
}

impl Master {
    pub(super) fn of(itself: Key) -> Master {
        Master { itself, members: derive(&itself, "keys of members"), contacts: derive(&itself, "contacts") }
    }

    /// Tells the key apart from others without telling the key.
    pub(super) fn fingerprint(&self) -> [u8; 16] {
        derive(&self.itself, "fingerprint")
    }

    pub(super) fn hash(&self, contact: &Contact) -> Result<[u8; 32], SealError> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.contacts).map_err(|_| SealError::Broken)?;
        mac.update(contact.marked().as_bytes());
        Ok(mac.finalize().into_bytes().into())
    }

    pub(super) fn seal_key(&self, cipher: Cipher, member: &str, own: &Key) -> Result<Vec<u8>, SealError> {
        let sealed = cipher.seal(&self.members, &bound("key", member), own)?;
        Ok([cipher.as_str().as_bytes(), b":", &sealed].concat())
    }

    pub(super) fn open_key(&self, member: &str, row: &[u8]) -> Result<Key, SealError> {
        let split = row.iter().position(|byte| *byte == b':').ok_or(SealError::Broken)?;
        let name = std::str::from_utf8(&row[..split]).map_err(|_| SealError::Broken)?;
        let cipher = Cipher::named(name).ok_or(SealError::Broken)?;
        let own = cipher.open(&self.members, &bound("key", member), &row[split + 1..])?;
        Key::try_from(own).map_err(|_| SealError::Broken)
    }

    /// The key that a profile of version 1 carries along.
    pub(super) fn open_carried(&self, member: &str, carried: &str) -> Result<Key, SealError> {
        let own = Cipher::Aes256Gcm.open(&self.itself, &bound("key", member), &decode(carried)?)?;
        Key::try_from(own).map_err(|_| SealError::Broken)
    }
}

pub(super) fn bound(what: &str, member: &str) -> CompactString {
    compact_str::format_compact!("{what}/{member}")
}

pub(super) fn decode(text: &str) -> Result<Vec<u8>, SealError> {
    STANDARD.decode(text).map_err(|_| SealError::Broken)
}

/// Where a new master key stands until everything is sealed under it.
pub(super) fn next(path: &Path) -> PathBuf {
    path.with_extension("next")
}

pub(super) fn read_key(path: &Path) -> Result<Option<Key>, VaultError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(VaultError::File { path: path.to_owned(), source }),
    };
    let key = STANDARD.decode(text.trim()).ok().and_then(|key| Key::try_from(key).ok());
    key.map(Some).ok_or_else(|| VaultError::Foreign(path.to_owned()))
}

pub(super) fn create(path: &Path, key: &Key) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(format!("{}\n", STANDARD.encode(key)).as_bytes())?;
    file.sync_all()
}

/// The master key in force, the root, and what tells the keys apart; all made where there are none yet.
pub(super) fn begin(ring: &dyn Ring, place: &str, path: &Path) -> Result<(Master, Key, String), VaultError> {
    let failed = |source| VaultError::File { path: path.to_owned(), source };
    let known = ring.mark(MASTER)?;
    if known.as_deref() == Some(MOVED) {
        return Err(VaultError::Moved(place.to_owned()));
    }
    let master = match (known, read_key(path)?.map(Master::of)) {
        (None, held) => {
            let master = match held {
                Some(master) => master,
                None => {
                    let key = random()?;
                    create(path, &key).map_err(failed)?;
                    Master::of(key)
                }
            };
            let sealed = master.seal_key(Cipher::default(), ROOT, &random()?)?;
            ring.set_mark(MASTER, &master.fingerprint())?;
            ring.set_mark(ROOT, &sealed)?;
            master
        }
        (Some(known), Some(master)) if known == master.fingerprint() => master,
        // A rotation was interrupted when the new key was in use and not yet in its place.
        (Some(known), held) => {
            match read_key(&next(path))?.map(Master::of).filter(|next| known == next.fingerprint()) {
                Some(found) => {
                    fs::rename(next(path), path).map_err(failed)?;
                    found
                }
                None if held.is_none() => {
                    return Err(VaultError::Missing { place: place.to_owned(), path: path.to_owned() });
                }
                None => return Err(VaultError::Mismatch(place.to_owned())),
            }
        }
    };
    let root = ring.mark(ROOT)?.and_then(|root| master.open_key(ROOT, &root).ok());
    let root = root.ok_or_else(|| VaultError::Mismatch(place.to_owned()))?;
    let identity = match ring.mark(IDENTITY)? {
        Some(identity) => String::from_utf8_lossy(&identity).into_owned(),
        None => {
            let identity = new_identity()?;
            ring.set_mark(IDENTITY, identity.as_bytes())?;
            identity
        }
    };
    Ok((master, root, identity))
}

pub(super) fn new_identity() -> Result<String, getrandom::Error> {
    Ok(STANDARD.encode(random::<16>()?))
}
