//! The vault: the master key, the keys of members under it, and the index of contacts.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use compact_str::CompactString;
use hmac::{Hmac, Mac};
use jifen_engine::Engine;
use jifen_program::members::Profile;
use jifen_store::StoreError;
use jifen_store::keyring::{Keyring, Ring};
use jifen_vocab::MemberId;
use sha2::Sha256;

use super::erasure::ErasedList;
use super::seal::{Key, derive};
use super::{Cipher, Contact, Personal, SealError, random};

/// Which master key the keys of members are sealed under.
const MASTER: &str = "master";

/// The file with the keys of members, in the folder of the master key.
const KEYRING: &str = "members.db";

/// The file that says who was erased, in the folder of the master key.
const ERASED: &str = "erased.ndjson";

/// The key from which those for other purposes come.
const ROOT: &str = "root";

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
    Mismatch(PathBuf),
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
struct Master {
    /// Sealed profiles of version 1 under this very key.
    itself: Key,
    /// Seals the keys of members.
    members: Key,
    /// Keys the hashes of contacts.
    contacts: Key,
}

impl Master {
    fn of(itself: Key) -> Master {
        Master { itself, members: derive(&itself, "keys of members"), contacts: derive(&itself, "contacts") }
    }

    /// Tells the key apart from others without telling the key.
    fn fingerprint(&self) -> [u8; 16] {
        derive(&self.itself, "fingerprint")
    }

    fn hash(&self, contact: &Contact) -> Result<[u8; 32], SealError> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.contacts).map_err(|_| SealError::Broken)?;
        mac.update(contact.marked().as_bytes());
        Ok(mac.finalize().into_bytes().into())
    }

    fn seal_key(&self, cipher: Cipher, member: &str, own: &Key) -> Result<Vec<u8>, SealError> {
        let sealed = cipher.seal(&self.members, &bound("key", member), own)?;
        Ok([cipher.as_str().as_bytes(), b":", &sealed].concat())
    }

    fn open_key(&self, member: &str, row: &[u8]) -> Result<Key, SealError> {
        let split = row.iter().position(|byte| *byte == b':').ok_or(SealError::Broken)?;
        let name = std::str::from_utf8(&row[..split]).map_err(|_| SealError::Broken)?;
        let cipher = Cipher::named(name).ok_or(SealError::Broken)?;
        let own = cipher.open(&self.members, &bound("key", member), &row[split + 1..])?;
        Key::try_from(own).map_err(|_| SealError::Broken)
    }

    /// The key that a profile of version 1 carries along.
    fn open_carried(&self, member: &str, carried: &str) -> Result<Key, SealError> {
        let own = Cipher::Aes256Gcm.open(&self.itself, &bound("key", member), &decode(carried)?)?;
        Key::try_from(own).map_err(|_| SealError::Broken)
    }
}

/// Seals and opens personal data, and finds members by their contacts.
pub struct Vault {
    master: RwLock<Master>,
    pub(super) ring: Keyring,
    cipher: Cipher,
    /// Where keys for other purposes come from: sealed under the master key like a member's.
    root: Key,
    /// Who was erased.
    pub(super) erased: ErasedList,
    path: PathBuf,
}

/// What a new file of keys begins with.
fn begin(ring: &Keyring, master: &Master) -> Result<(), VaultError> {
    let root: Key = random()?;
    let sealed = master.seal_key(Cipher::default(), ROOT, &root).map_err(|_| StoreError::Broken("sealing".into()))?;
    Ok(ring.change(|ring| {
        ring.set_mark(MASTER, &master.fingerprint())?;
        ring.set_mark(ROOT, &sealed)
    })?)
}

impl Vault {
    /// Reads the master key, or creates one that only the owner of the process may read; and the keys of members
    /// beside it. What is sealed from now on is sealed with that cipher.
    ///
    /// # Errors
    /// [`VaultError`]
    pub fn open(path: &Path, cipher: Cipher) -> Result<Self, VaultError> {
        let failed = |source| VaultError::File { path: path.to_owned(), source };
        let mut master = match read_key(path)? {
            Some(key) => Master::of(key),
            None => {
                let key = random()?;
                create(path, &key).map_err(failed)?;
                Master::of(key)
            }
        };
        let beside = path.with_file_name(KEYRING);
        let ring = Keyring::open(&beside)?;
        match ring.read(|ring| ring.mark(MASTER))? {
            None => begin(&ring, &master)?,
            Some(known) if known == master.fingerprint() => {}
            // A rotation was interrupted when the new key was in use and not yet in its place.
            Some(known) => match read_key(&next(path))?.map(Master::of).filter(|next| known == next.fingerprint()) {
                Some(found) => {
                    fs::rename(next(path), path).map_err(failed)?;
                    master = found;
                }
                None => return Err(VaultError::Mismatch(beside)),
            },
        }
        let root = ring.read(|ring| ring.mark(ROOT))?.ok_or_else(|| VaultError::Mismatch(beside.clone()))?;
        let root = master.open_key(ROOT, &root).map_err(|_| VaultError::Mismatch(beside))?;
        let erased = ErasedList::open(&path.with_file_name(ERASED)).map_err(failed)?;
        Ok(Vault { master: RwLock::new(master), ring, cipher, root, erased, path: path.to_owned() })
    }

    /// A key for one purpose that is not personal data, such as sealing second factors. It outlives the master key.
    pub fn derived(&self, purpose: &str) -> [u8; 32] {
        derive(&self.root, purpose)
    }

    /// Seals personal data of a member under their own key, which they get with the first; and lets them be found by
    /// the contacts in it. Durable on return: call it off the runtime's threads.
    ///
    /// # Errors
    /// [`SealError::Random`], [`SealError::Store`]
    pub fn seal(&self, member: &str, personal: &Personal) -> Result<Profile, SealError> {
        self.sealing(|sealing| sealing.seal(member, personal))
    }

    /// Seals for several members, all of them or, where it fails, none.
    ///
    /// # Errors
    /// Whatever `seal_them` gives, or [`SealError`].
    pub fn sealing<T, E: From<StoreError>>(
        &self,
        seal_them: impl FnOnce(&Sealing<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let master = self.master.read().unwrap_or_else(PoisonError::into_inner);
        self.ring
            .change(|ring| seal_them(&Sealing { master: &master, ring, cipher: self.cipher, erased: &self.erased }))
    }

    /// Opens personal data of a member.
    ///
    /// # Errors
    /// [`SealError::Broken`] where the key is another, [`SealError::Destroyed`] where there is none any more.
    pub fn open_profile(&self, member: &str, profile: &Profile) -> Result<Personal, SealError> {
        let master = self.master.read().unwrap_or_else(PoisonError::into_inner);
        self.ring.read(|ring| Ok(open(&master, ring, member, profile)))?
    }

    /// Members who can be reached there, by identifier. The same number may belong to several.
    ///
    /// # Errors
    /// [`SealError`]; [`SealError::Engine`] where records cannot be read.
    pub fn find(&self, engine: &Engine, contact: &Contact) -> Result<Vec<MemberId>, SealError> {
        let master = self.master.read().unwrap_or_else(PoisonError::into_inner);
        let hash = master.hash(contact)?;
        let listed = self.ring.read(|ring| ring.with_contact(&hash))?;
        // What the index says is checked: it may be ahead of the store by a request that was refused.
        let mut found = Vec::new();
        for member in listed {
            let profile = engine.read::<Profile>(&member).map_err(|error| SealError::Engine(error.to_string()))?;
            let Some(profile) = profile else { continue };
            let opened = self.ring.read(|ring| Ok(open(&master, ring, &member, &profile)))?;
            let is_theirs = opened.is_ok_and(|personal| personal.contacts().contains(contact));
            found.extend(MemberId::new(&member).ok().filter(|_| is_theirs));
        }
        Ok(found)
    }
}

impl Vault {
    /// Makes a new master key: keys of members are sealed under it, contacts are hashed under what follows from it, and
    /// the former key opens nothing any more. Whatever interrupts it, either key is whole and in force. Gives how many
    /// members have a key.
    ///
    /// # Errors
    /// [`VaultError`]
    pub fn rotate(&self, engine: &Engine) -> Result<u64, VaultError> {
        let mut master = self.master.write().unwrap_or_else(PoisonError::into_inner);
        let (new, waiting) = (random()?, next(&self.path));
        let failed = |source| VaultError::File { path: waiting.clone(), source };
        match fs::remove_file(&waiting) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        create(&waiting, &new).map_err(failed)?;
        let new = Master::of(new);
        let count = self.ring.change(|ring| self.reseal_all(ring, &master, &new, engine))?;
        fs::rename(&waiting, &self.path).map_err(failed)?;
        *master = new;
        drop(master);
        // What was sealed under the former key is not left lying about.
        self.ring.scour()?;
        Ok(count)
    }

    fn reseal_all(&self, ring: &Ring<'_>, old: &Master, new: &Master, engine: &Engine) -> Result<u64, VaultError> {
        let (mut count, mut after) = (0, CompactString::default());
        loop {
            let members = ring.members(&after, PAGE)?;
            let Some(last) = members.last() else { break };
            after = last.clone();
            for member in &members {
                let Some(row) = ring.key(member)? else { continue };
                let own = old.open_key(member, &row)?;
                let profile = engine.read::<Profile>(member).map_err(|error| SealError::Engine(error.to_string()))?;
                let personal = profile.and_then(|profile| open(old, ring, member, &profile).ok()).unwrap_or_default();
                ring.put_key(member, &new.seal_key(self.cipher, member, &own)?)?;
                ring.drop_contacts(member)?;
                for contact in personal.contacts() {
                    ring.add_contact(&new.hash(&contact)?, member)?;
                }
                count += 1;
            }
        }
        ring.set_mark(ROOT, &new.seal_key(self.cipher, ROOT, &self.root)?)?;
        ring.set_mark(MASTER, &new.fingerprint())?;
        Ok(count)
    }
}

/// Members looked at together.
const PAGE: usize = 500;

/// Members being sealed, in one change.
pub struct Sealing<'v> {
    master: &'v Master,
    ring: &'v Ring<'v>,
    cipher: Cipher,
    erased: &'v ErasedList,
}

impl Sealing<'_> {
    /// Like [`Vault::seal`].
    ///
    /// # Errors
    /// [`SealError`]
    pub fn seal(&self, member: &str, personal: &Personal) -> Result<Profile, SealError> {
        if self.erased.has(member) {
            return Err(SealError::Erased(member.to_owned()));
        }
        let own = self.own_key(member)?;
        let json = serde_json::to_vec(personal).map_err(|_| SealError::Broken)?;
        let sealed = self.cipher.seal(&own, &bound("profile", member), &json)?;
        self.index(member, personal)?;
        Ok(Profile::sealed(self.cipher.as_str(), STANDARD.encode(sealed)))
    }

    /// Lets a member be found by these contacts and no other.
    ///
    /// # Errors
    /// [`SealError::Store`]
    pub fn reindex(&self, member: &str, personal: &Personal) -> Result<(), SealError> {
        self.ring.drop_contacts(member)?;
        self.index(member, personal)
    }

    fn own_key(&self, member: &str) -> Result<Key, SealError> {
        if let Some(row) = self.ring.key(member)? {
            return self.master.open_key(member, &row);
        }
        let own: Key = random().map_err(|_| SealError::Random)?;
        self.ring.put_key(member, &self.master.seal_key(self.cipher, member, &own)?)?;
        Ok(own)
    }

    fn index(&self, member: &str, personal: &Personal) -> Result<(), SealError> {
        for contact in personal.contacts() {
            self.ring.add_contact(&self.master.hash(&contact)?, member)?;
        }
        Ok(())
    }
}

fn open(master: &Master, ring: &Ring<'_>, member: &str, profile: &Profile) -> Result<Personal, SealError> {
    let (cipher, own) = match &profile.key {
        Some(carried) => (Cipher::Aes256Gcm, master.open_carried(member, carried)?),
        None => {
            let cipher = profile.cipher.as_deref().and_then(Cipher::named).ok_or(SealError::Broken)?;
            let row = ring.key(member)?.ok_or(SealError::Destroyed)?;
            (cipher, master.open_key(member, &row)?)
        }
    };
    let json = cipher.open(&own, &bound("profile", member), &decode(&profile.sealed)?)?;
    serde_json::from_slice(&json).map_err(|_| SealError::Broken)
}

fn bound(what: &str, member: &str) -> CompactString {
    compact_str::format_compact!("{what}/{member}")
}

fn decode(text: &str) -> Result<Vec<u8>, SealError> {
    STANDARD.decode(text).map_err(|_| SealError::Broken)
}

/// Where a new master key stands until everything is sealed under it.
fn next(path: &Path) -> PathBuf {
    path.with_extension("next")
}

fn read_key(path: &Path) -> Result<Option<Key>, VaultError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(VaultError::File { path: path.to_owned(), source }),
    };
    let key = STANDARD.decode(text.trim()).ok().and_then(|key| Key::try_from(key).ok());
    key.map(Some).ok_or_else(|| VaultError::Foreign(path.to_owned()))
}

fn create(path: &Path, key: &Key) -> std::io::Result<()> {
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

#[cfg(test)]
mod tests {
    use jifen_vocab::Day;

    use super::*;

    fn lin() -> Personal {
        Personal { name: Some("Lin".to_owned()), birthday: Day::new(1990, 5, 1), ..Personal::default() }
    }

    // row SEC-01
    #[test]
    fn what_was_sealed_opens_for_the_same_member_only() {
        for cipher in Cipher::ALL {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("keys/master.key");
            let profile = Vault::open(&path, cipher).unwrap().seal("lin", &lin()).unwrap();
            assert!(!serde_json::to_string(&profile).unwrap().contains("Lin"));
            // The cipher of what is sealed next does not matter to what was sealed before.
            for next in Cipher::ALL {
                let vault = Vault::open(&path, next).unwrap();
                assert_eq!(vault.open_profile("lin", &profile).unwrap(), lin());
                vault.seal("wei", &lin()).unwrap();
                assert!(matches!(vault.open_profile("wei", &profile), Err(SealError::Broken)));
                assert!(matches!(vault.open_profile("ada", &profile), Err(SealError::Destroyed)));
            }
            let other = Vault::open(&folder.path().join("other/master.key"), cipher).unwrap();
            other.seal("lin", &lin()).unwrap();
            assert!(matches!(other.open_profile("lin", &profile), Err(SealError::Broken)));
        }
    }

    #[test]
    fn keys_of_members_belong_to_their_master_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        Vault::open(&path, Cipher::default()).unwrap().seal("lin", &lin()).unwrap();
        fs::write(&path, STANDARD.encode([1; 32])).unwrap();
        assert!(matches!(Vault::open(&path, Cipher::default()), Err(VaultError::Mismatch(_))));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_the_keys() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/master.key");
        Vault::open(&path, Cipher::default()).unwrap();
        for file in [&path, &path.with_file_name(KEYRING)] {
            assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::write(&path, "nonsense").unwrap();
        assert!(matches!(Vault::open(&path, Cipher::default()), Err(VaultError::Foreign(_))));
    }
}
