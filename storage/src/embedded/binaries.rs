//! Finding the machine's Postgres binaries, version 15 or later.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::errors::StorageError;

/// The oldest major version the SQL is written for.
const OLDEST_MAJOR: u32 = 15;
/// Folders of distributions that keep the server programs off the PATH; `*` stands for a version.
const PLACES: &[(&str, &str)] = &[
    ("/usr/lib/postgresql", "bin"),
    ("/usr/lib/postgresql-*", "bin"),
    ("/usr/pgsql-*", "bin"),
    ("/opt/homebrew/opt/postgresql@*", "bin"),
    ("/usr/local/opt/postgresql@*", "bin"),
];

/// A folder with `initdb`, `pg_ctl` and `postgres` of one version.
#[derive(Clone, Debug)]
pub(super) struct Binaries {
    folder: PathBuf,
    pub(super) major: u32,
}

impl Binaries {
    /// The newest suitable version on this machine, or, for an existing cluster, the version that made it.
    pub(super) fn find(needed_major: Option<u32>) -> Result<Self, StorageError> {
        let mut found: Vec<Self> = candidate_folders().into_iter().filter_map(Self::in_folder).collect();
        found.sort_by_key(|binaries| std::cmp::Reverse(binaries.major));
        let suits = |binaries: &Self| match needed_major {
            Some(major) => binaries.major == major,
            None => binaries.major >= OLDEST_MAJOR,
        };
        found.into_iter().find(suits).ok_or_else(|| {
            let wanted = needed_major.map_or(format!("{OLDEST_MAJOR} or later"), |major| {
                format!("{major} (which made the existing data directory)")
            });
            StorageError::Embedded(format!(
                "no PostgreSQL {wanted} found on PATH or in the distribution's places; install it \
                 (Debian: apt install postgresql) or set ENTREPOT__DATABASE__URL"
            ))
        })
    }

    /// The path of one program.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn in_folder(folder: PathBuf) -> Option<Self> {
        if !["initdb", "pg_ctl", "postgres"]
            .iter()
            .all(|program| folder.join(program).is_file())
        {
            return None;
        }
        let output = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let major = text
            .split_whitespace()
            .find_map(|word| word.split('.').next()?.parse().ok())?;
        Some(Self { folder, major })
    }
}

fn candidate_folders() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    for (place, bin) in PLACES {
        match place.rsplit_once('*') {
            Some((prefix, _)) => folders.extend(siblings(Path::new(prefix)).into_iter().map(|dir| dir.join(bin))),
            None => folders.extend(entries(Path::new(place)).into_iter().map(|dir| dir.join(bin))),
        }
    }
    folders
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect()
}

/// Folders whose path begins with `prefix`, which may end inside a name.
fn siblings(prefix: &Path) -> Vec<PathBuf> {
    let Some(parent) = prefix.parent() else {
        return Vec::new();
    };
    let text = prefix.as_os_str().to_string_lossy().into_owned();
    entries(parent)
        .into_iter()
        .filter(|path| path.to_string_lossy().starts_with(&text))
        .collect()
}
