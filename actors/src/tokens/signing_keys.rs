//! The keys that sign access tokens: files of the data directory, the newest of which signs. The others are kept for as
//! long as a token of theirs can still be believed.
//!
//! A file is called `<second it was made>-<id>.key` and holds the key's seed in hexadecimal; only the hub's user may read
//! it. The id is the beginning of the public key's hash, so that a file cannot be passed off under another's id.

use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use domain::tokens::{ACCESS_LIFETIME, CLOCK_LEEWAY};
use jiff::{SignedDuration, Timestamp};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use sha2::{Digest as _, Sha256};
use tracing::info;

use crate::clock::Clock;
use crate::private_files;
use crate::unguessable::{hex, unhex};

/// Bytes of the hash that make an id.
const ID_BYTES: usize = 8;

/// The folder of keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFolderError {
    /// It cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file in it is no key of ours.
    #[error("{0} is not a key that this hub made; move it away")]
    NoKey(PathBuf),
}

/// One key.
pub(crate) struct SigningKey {
    pub(crate) id: String,
    pub(crate) pair: Ed25519KeyPair,
    made_at: Timestamp,
}

impl SigningKey {
    fn of(seed: &[u8], made_at: Timestamp) -> Option<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
        let digest = Sha256::digest(pair.public_key().as_ref());
        Some(Self {
            id: hex(digest.get(..ID_BYTES)?),
            pair,
            made_at,
        })
    }

    pub(crate) fn public(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }
}

/// All keys, the newest last.
pub struct SigningKeys {
    folder: PathBuf,
    rotate_after: SignedDuration,
    keys: RwLock<Vec<Arc<SigningKey>>>,
}

impl SigningKeys {
    /// Reads the keys of the folder; makes the first one.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub fn open(folder: &Path, clock: &dyn Clock, rotate_after: SignedDuration) -> Result<Self, KeyFolderError> {
        make_folder(folder)?;
        let mut keys = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(at(folder))? {
            let path = entry.map_err(at(folder))?.path();
            if path.extension().is_some_and(|extension| extension == "key") {
                keys.push(Arc::new(read(&path)?));
            }
        }
        keys.sort_by_key(|key| key.made_at);
        let opened = Self {
            folder: folder.to_owned(),
            rotate_after,
            keys: RwLock::new(keys),
        };
        opened.signing(clock)?;
        Ok(opened)
    }

    /// The key to sign with now. Makes a new one when the newest has signed for long enough, and forgets those whose
    /// tokens are all over. Writes a file about once a month, so it may block.
    ///
    /// # Errors
    /// When a new key cannot be written.
    pub(crate) fn signing(&self, clock: &dyn Clock) -> Result<Arc<SigningKey>, KeyFolderError> {
        let now = clock.now();
        let is_due = |key: &Arc<SigningKey>| now.duration_since(key.made_at) >= self.rotate_after;
        let newest = self.keys().last().cloned();
        match newest.filter(|key| !is_due(key)) {
            Some(key) => Ok(key),
            None => self.rotate(clock, is_due),
        }
    }

    fn rotate(
        &self,
        clock: &dyn Clock,
        is_due: impl Fn(&Arc<SigningKey>) -> bool,
    ) -> Result<Arc<SigningKey>, KeyFolderError> {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        // Somebody else may have been here first.
        if let Some(key) = keys.last().filter(|key| !is_due(key)) {
            return Ok(Arc::clone(key));
        }
        let (seed, now) = (clock.fresh_secret(), clock.now());
        let key = SigningKey::of(&seed, now).ok_or_else(|| KeyFolderError::NoKey(self.folder.clone()))?;
        write_secret(&self.path_of(&key), &hex(&seed))?;
        info!(kid = key.id, "a new key signs access tokens");
        let key = Arc::new(key);
        // Whatever was signed until now may be believed for a lifetime more.
        let is_needed = |old: &Arc<SigningKey>| {
            let signed_until = old.made_at.saturating_add(self.rotate_after).unwrap_or(Timestamp::MAX);
            now.duration_since(signed_until) < ACCESS_LIFETIME + CLOCK_LEEWAY
        };
        let last = keys.last().cloned();
        for old in keys
            .iter()
            .filter(|old| !is_needed(old) && last.as_ref().is_none_or(|last| last.id != old.id))
        {
            std::fs::remove_file(self.path_of(old)).map_err(at(&self.folder))?;
        }
        keys.retain(|old| is_needed(old) || last.as_ref().is_some_and(|last| last.id == old.id));
        keys.push(Arc::clone(&key));
        Ok(key)
    }

    /// The key with this id: a look into memory, whatever the id says.
    pub(crate) fn find(&self, id: &str) -> Option<Arc<SigningKey>> {
        self.keys().iter().find(|key| key.id == id).cloned()
    }

    fn keys(&self) -> std::sync::RwLockReadGuard<'_, Vec<Arc<SigningKey>>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn path_of(&self, key: &SigningKey) -> PathBuf {
        self.folder.join(format!("{}-{}.key", key.made_at.as_second(), key.id))
    }
}

fn read(path: &Path) -> Result<SigningKey, KeyFolderError> {
    let text = std::fs::read_to_string(path).map_err(at(path))?;
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let named = stem.as_deref().and_then(|stem| stem.split_once('-'));
    let key = named.and_then(|(second, id)| {
        let made_at = Timestamp::from_second(second.parse().ok()?).ok()?;
        SigningKey::of(&unhex(text.trim())?, made_at).filter(|key| key.id == id)
    });
    key.ok_or_else(|| KeyFolderError::NoKey(path.to_owned()))
}

pub(super) fn at(path: &Path) -> impl FnOnce(std::io::Error) -> KeyFolderError {
    let path = path.to_owned();
    move |source| KeyFolderError::Io { path, source }
}

pub(super) fn write_secret(path: &Path, text: &str) -> Result<(), KeyFolderError> {
    private_files::replace(path, &format!("{text}\n")).map_err(at(path))
}

fn make_folder(folder: &Path) -> Result<(), KeyFolderError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true).mode(0o700).create(folder).map_err(at(folder))
}
