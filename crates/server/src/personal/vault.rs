//! The vault: the master key, the keys of members under it, and the index of contacts.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use compact_str::CompactString;
use jifen_engine::Engine;
use jifen_program::members::Profile;
use jifen_store::StoreError;
use jifen_store::keyring::{Keyring, Ring};
use jifen_store::postgres::Address;
use jifen_vocab::{MemberId, SealedText};

use super::erasure::ErasedList;
use super::master::{
    IDENTITY, MASTER, MOVED, Master, ROOT, VaultError, begin, bound, create, decode, new_identity, next, read_key,
};
use super::seal::{Key, derive};
use super::{Cipher, Contact, Personal, SealError, random};

/// The file with the keys of members, in the folder of the master key.
const KEYRING: &str = "members.db";

/// The file that says who was erased, in the folder of the master key.
const ERASED: &str = "erased.ndjson";

/// Seals and opens personal data, and finds members by their contacts.
pub struct Vault {
    master: RwLock<Arc<Master>>,
    pub(super) ring: Keyring,
    cipher: Cipher,
    /// Where keys for other purposes come from: sealed under the master key like a member's.
    root: Key,
    identity: String,
    /// Who was erased.
    pub(super) erased: ErasedList,
    path: PathBuf,
}

impl Vault {
    /// Reads the master key, or creates one that only the owner of the process may read; and the keys of members
    /// beside it. What is sealed from now on is sealed with that cipher.
    ///
    /// # Errors
    /// [`VaultError`]
    pub fn open(path: &Path, cipher: Cipher) -> Result<Self, VaultError> {
        let beside = path.with_file_name(KEYRING);
        let erased = ErasedList::open(&path.with_file_name(ERASED));
        let erased = erased.map_err(|source| VaultError::File { path: path.to_owned(), source })?;
        Vault::over(Keyring::open(&beside)?, &beside.display().to_string(), erased, path, cipher)
    }

    /// The same with the keys of members in a database, for several machines: the first one creates the master key, and
    /// every other one needs a copy of that.
    ///
    /// # Errors
    /// [`VaultError`]
    pub fn open_shared(path: &Path, database: &Address, cipher: Cipher) -> Result<Self, VaultError> {
        let place = format!("the database {database:?}");
        Vault::over(Keyring::open_database(database)?, &place, ErasedList::in_ring(), path, cipher)
    }

    fn over(ring: Keyring, place: &str, erased: ErasedList, path: &Path, cipher: Cipher) -> Result<Self, VaultError> {
        // Of processes that begin together one makes the keys, and the others find them.
        let (master, root, identity) = ring.change(|ring| begin(ring, place, path))?;
        Ok(Vault { master: RwLock::new(Arc::new(master)), ring, cipher, root, identity, erased, path: path.to_owned() })
    }

    /// What tells these keys apart from others. It outlives the master key.
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// Whether the keys of members are where several machines can have them open.
    pub fn is_shared(&self) -> bool {
        self.ring.is_shared()
    }

    /// The master key in force: another process may have made a new one, and then its file is read again.
    fn master(&self, ring: &dyn Ring) -> Result<Arc<Master>, SealError> {
        let known = ring.mark(MASTER)?.ok_or(SealError::Broken)?;
        let held = Arc::clone(&self.master.read().unwrap_or_else(PoisonError::into_inner));
        if known == held.fingerprint() {
            return Ok(held);
        }
        if known == MOVED {
            return Err(SealError::Moved);
        }
        let found = [self.path.clone(), next(&self.path)].iter().find_map(|path| {
            let key = read_key(path).ok().flatten()?;
            Some(Master::of(key)).filter(|master| known == master.fingerprint())
        });
        let found = Arc::new(found.ok_or_else(|| SealError::Rotated(self.path.display().to_string()))?);
        *self.master.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&found);
        Ok(found)
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
    pub fn sealing<T, E: From<StoreError> + From<SealError>>(
        &self,
        seal_them: impl FnOnce(&Sealing<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.ring.change(|ring| {
            let master = self.master(ring)?;
            seal_them(&Sealing { master, ring, cipher: self.cipher, erased: &self.erased })
        })
    }

    /// Opens personal data of a member.
    ///
    /// # Errors
    /// [`SealError::Broken`] where the key is another, [`SealError::Destroyed`] where there is none any more.
    pub fn open_profile(&self, member: &str, profile: &Profile) -> Result<Personal, SealError> {
        self.ring.read(|ring| open(&*self.master(ring)?, ring, member, profile))
    }

    /// Seals words that a member wrote, or that were written to them, under the member's own key; `what` says what
    /// they belong to. Durable on return: call it off the runtime's threads.
    ///
    /// # Errors
    /// [`SealError`]; [`SealError::Erased`] for whoever was erased.
    pub fn seal_text(&self, member: &str, what: &str, text: &str) -> Result<SealedText, SealError> {
        self.sealing(|sealing| sealing.seal_text(member, what, text))
    }

    /// Opens such words; nothing where the member was erased.
    ///
    /// # Errors
    /// [`SealError`]
    pub fn open_text(&self, member: &str, what: &str, text: &SealedText) -> Result<Option<String>, SealError> {
        if text.sealed.is_empty() {
            return Ok(None);
        }
        self.ring.read(|ring| {
            let Some(row) = ring.key(member)? else { return Ok(None) };
            let own = self.master(ring)?.open_key(member, &row)?;
            let cipher = Cipher::named(&text.cipher).ok_or(SealError::Broken)?;
            let opened = cipher.open(&own, &bound(what, member), &decode(&text.sealed)?)?;
            String::from_utf8(opened).map(Some).map_err(|_| SealError::Broken)
        })
    }

    /// Members who can be reached there, by identifier. The same number may belong to several.
    ///
    /// # Errors
    /// [`SealError`]; [`SealError::Engine`] where records cannot be read.
    pub fn find(&self, engine: &Engine, contact: &Contact) -> Result<Vec<MemberId>, SealError> {
        let listed = self.ring.read(|ring| {
            let hash = self.master(ring)?.hash(contact)?;
            Ok::<_, SealError>(ring.with_contact(&hash)?)
        })?;
        // What the index says is checked: it may be ahead of the store by a request that was refused.
        let mut found = Vec::new();
        for member in listed {
            let profile = engine.read::<Profile>(&member).map_err(|error| SealError::Engine(error.to_string()))?;
            let Some(profile) = profile else { continue };
            let opened = self.open_profile(&member, &profile);
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
        let waiting = next(&self.path);
        let failed = |source| VaultError::File { path: waiting.clone(), source };
        let (new, count) = self.ring.change(|ring| {
            let old = self.master(ring)?;
            match fs::remove_file(&waiting) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
                _ => {}
            }
            let new = random()?;
            create(&waiting, &new).map_err(failed)?;
            let new = Master::of(new);
            let count = self.reseal_all(ring, &old, &new, engine)?;
            Ok((new, count))
        })?;
        fs::rename(&waiting, &self.path).map_err(failed)?;
        *self.master.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(new);
        // What was sealed under the former key is not left lying about.
        self.ring.scour()?;
        Ok(count)
    }

    fn reseal_all(&self, ring: &dyn Ring, old: &Master, new: &Master, engine: &Engine) -> Result<u64, VaultError> {
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

    /// Moves the keys of members from the file into a database, for several machines; the file's are used no more. Gives
    /// the keys there: whoever notes which keys a store has must note these instead.
    ///
    /// # Errors
    /// [`VaultError`]; [`VaultError::Taken`] where the database has keys already.
    pub fn move_to(self, database: &Address) -> Result<Vault, VaultError> {
        let place = format!("the database {database:?}");
        let target = Keyring::open_database(database)?;
        let identity = new_identity()?;
        self.ring.change(|from| {
            target.change(|to| {
                if to.mark(MASTER)?.is_some() {
                    return Err(VaultError::Taken(place.clone()));
                }
                copy(from, to)?;
                self.erased.copy_into(to)?;
                Ok(to.set_mark(IDENTITY, identity.as_bytes())?)
            })?;
            // From here on the database has them. Where this is not noted, the move is asked for again and says so.
            Ok::<_, VaultError>(from.set_mark(MASTER, MOVED)?)
        })?;
        Vault::over(target, &place, ErasedList::in_ring(), &self.path, self.cipher)
    }
}

/// Copies keys, contacts and marks.
fn copy(from: &dyn Ring, to: &dyn Ring) -> Result<(), StoreError> {
    let mut after = CompactString::default();
    loop {
        let members = from.members(&after, PAGE)?;
        let Some(last) = members.last() else { break };
        after = last.clone();
        for member in &members {
            let Some(key) = from.key(member)? else { continue };
            to.put_key(member, &key)?;
            from.contacts(member)?.iter().try_for_each(|hash| to.add_contact(hash, member))?;
        }
    }
    from.marks("", "", usize::from(u16::MAX))?.iter().try_for_each(|(name, value)| to.set_mark(name, value))
}

/// Members looked at together.
const PAGE: usize = 500;

/// Members being sealed, in one change.
pub struct Sealing<'v> {
    master: Arc<Master>,
    ring: &'v dyn Ring,
    cipher: Cipher,
    erased: &'v ErasedList,
}

impl Sealing<'_> {
    /// Like [`Vault::seal`].
    ///
    /// # Errors
    /// [`SealError`]
    pub fn seal(&self, member: &str, personal: &Personal) -> Result<Profile, SealError> {
        if self.erased.has(self.ring, member)? {
            return Err(SealError::Erased(member.to_owned()));
        }
        let own = self.own_key(member)?;
        let json = serde_json::to_vec(personal).map_err(|_| SealError::Broken)?;
        let sealed = self.cipher.seal(&own, &bound("profile", member), &json)?;
        self.index(member, personal)?;
        Ok(Profile::sealed(self.cipher.as_str(), STANDARD.encode(sealed)))
    }

    /// Like [`Vault::seal_text`].
    ///
    /// # Errors
    /// [`SealError`]
    pub fn seal_text(&self, member: &str, what: &str, text: &str) -> Result<SealedText, SealError> {
        if self.erased.has(self.ring, member)? {
            return Err(SealError::Erased(member.to_owned()));
        }
        let sealed = self.cipher.seal(&self.own_key(member)?, &bound(what, member), text.as_bytes())?;
        Ok(SealedText { cipher: CompactString::const_new(self.cipher.as_str()), sealed: STANDARD.encode(sealed) })
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

fn open(master: &Master, ring: &dyn Ring, member: &str, profile: &Profile) -> Result<Personal, SealError> {
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
