//! Who uses an embedded server: a lock file that each process of ours holds shared, so that only the last one stops it. An
//! audit beside a hub, or a second hub, must not take the first one's database away.

use std::fs::{File, OpenOptions};
use std::path::Path;

use crate::errors::StorageError;

const FILE: &str = "postgres-users.lock";

/// One user. The system lets go of the lock when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Users {
    file: File,
}

impl Users {
    /// Joins the users of this data directory's server. Waits while the last one is stopping it. Blocking.
    ///
    /// # Errors
    /// [`StorageError::Embedded`] when the file cannot be locked.
    pub(super) fn join(data_dir: &Path) -> Result<Self, StorageError> {
        let path = data_dir.join(FILE);
        let opened = OpenOptions::new().read(true).append(true).create(true).open(&path);
        let locked = opened.and_then(|file| file.lock_shared().map(|()| file));
        let file =
            locked.map_err(|error| StorageError::Embedded(format!("cannot lock {}: {error}", path.display())))?;
        Ok(Self { file })
    }

    /// Whether nobody else uses the server. Then nobody can join until this value is dropped.
    pub(super) fn is_last(&self) -> bool {
        self.file.try_lock().is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_user_is_the_last() {
        let folder = tempfile::tempdir().unwrap();
        let first = Users::join(folder.path()).unwrap();
        let second = Users::join(folder.path()).unwrap();
        assert!(!first.is_last());
        drop(first);
        assert!(second.is_last());
    }
}
