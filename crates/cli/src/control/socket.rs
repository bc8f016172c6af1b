//! The socket's address. A path of a socket may hold only some hundred bytes; longer folders are reached through
//! their open handle.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

/// The socket's name in the folder.
const NAME: &str = "control.sock";

/// Bytes of a path that every system takes.
const PATH_BYTES_MAX: usize = 100;

/// A path that a socket can be bound or connected to, for as long as this lives.
pub(super) struct Address {
    path: PathBuf,
    _dir: Option<File>,
}

impl Address {
    /// The address of that name in the folder.
    fn of(dir: &Path, name: &str) -> std::io::Result<Address> {
        let direct = dir.join(name);
        if direct.as_os_str().len() <= PATH_BYTES_MAX {
            return Ok(Address { path: direct, _dir: None });
        }
        let handle = File::open(dir)?;
        let path = PathBuf::from(format!("/proc/self/fd/{}/{name}", handle.as_raw_fd()));
        Ok(Address { path, _dir: Some(handle) })
    }

    /// Where commands connect.
    pub(super) fn control(dir: &Path) -> std::io::Result<Address> {
        Address::of(dir, NAME)
    }

    /// Where the server binds, before the socket is closed to others and gets its name.
    pub(super) fn unnamed(dir: &Path) -> std::io::Result<Address> {
        Address::of(dir, "control.new")
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}
