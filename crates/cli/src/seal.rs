//! Where the master key of personal data is, and what is sealed under it.

use std::path::{Path, PathBuf};

use jifen_server::personal::{Cipher, Vault};

use crate::failure::{Failure, NOTHING_CHANGED, Result};

/// Where the key of personal data is, unless a server is told otherwise.
pub(crate) fn master_key(dir: &Path) -> PathBuf {
    std::env::var_os("JIFEN_MASTER_KEY_FILE").map_or_else(|| dir.join("keys").join("master.key"), PathBuf::from)
}

/// What personal data is sealed with, unless a server is told otherwise.
pub(crate) fn cipher() -> Result<Cipher> {
    std::env::var("JIFEN_CIPHER")
        .map_or_else(|_| Ok(Cipher::default()), |name| cipher_named(&name).map_err(Failure::usage))
}

/// The cipher of that name.
pub(crate) fn cipher_named(name: &str) -> std::result::Result<Cipher, String> {
    let names = Cipher::ALL.map(Cipher::as_str).join(" or ");
    Cipher::named(name).ok_or_else(|| format!("personal data is sealed with {names}, not with {name:?}"))
}

/// Has members indexed anew at the next start, because another store stands in the folder now.
pub(crate) fn store_changed(dir: &Path) -> Result {
    if master_key(dir).exists() {
        open(dir)?.forget_index().map_err(failed)?;
    }
    Ok(())
}

pub(crate) fn open(dir: &Path) -> Result<Vault> {
    Vault::open(&master_key(dir), cipher()?).map_err(failed)
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::new(error.to_string()).data(NOTHING_CHANGED)
}
