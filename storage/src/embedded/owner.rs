//! The user the embedded server runs as: ourselves, or, when we are root, somebody who is not.

use std::ffi::{CStr, CString};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::errors::StorageError;

/// Who to become when we are root, in order of preference.
const UNPRIVILEGED: &[&str] = &["postgres", "nobody"];

/// The identity of the server process.
#[derive(Clone, Copy, Debug)]
pub(super) struct Owner {
    /// `None`: stay who we are.
    become_user: Option<(u32, u32)>,
}

impl Owner {
    /// Decides by who we are.
    pub(super) fn choose() -> Result<Self, StorageError> {
        if effective_user() != 0 {
            return Ok(Self { become_user: None });
        }
        let found = UNPRIVILEGED.iter().find_map(|name| user_ids(name));
        found.map(|ids| Self { become_user: Some(ids) }).ok_or_else(|| {
            StorageError::Embedded("running as root and there is no user `postgres` or `nobody` to drop to".to_owned())
        })
    }

    /// Makes a command run as the owner.
    pub(super) fn apply(self, command: &mut Command) {
        if let Some((user, group)) = self.become_user {
            command.uid(user).gid(group);
        }
    }

    /// Hands a folder to the owner.
    pub(super) fn own(self, path: &Path) -> Result<(), StorageError> {
        let Some((user, group)) = self.become_user else {
            return Ok(());
        };
        chown(path, Some(user), Some(group))
            .map_err(|error| StorageError::Embedded(format!("giving {} to the server's user: {error}", path.display())))
    }
}

#[expect(unsafe_code, reason = "the standard library does not tell who we are")]
fn effective_user() -> u32 {
    // SAFETY: geteuid takes nothing, touches nothing and cannot fail.
    unsafe { libc::geteuid() }
}

#[expect(unsafe_code, reason = "the standard library cannot look users up")]
fn user_ids(name: &str) -> Option<(u32, u32)> {
    let name = CString::new(name).ok()?;
    let name: &CStr = &name;
    // SAFETY: `name` is a valid C string; the entry returned is static and read before any other call to getpwnam.
    unsafe {
        let entry = libc::getpwnam(name.as_ptr());
        if entry.is_null() {
            None
        } else {
            Some(((*entry).pw_uid, (*entry).pw_gid))
        }
    }
}
