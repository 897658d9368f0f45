//! The root key: 32 bytes from a file or from the environment, never from the database. The source may hold several, one
//! a line: all of them open, so that a rotation can happen while hubs run.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use domain::secrets::{KEY_BYTES, KeyId, KeyMaterial, SecretText};
use zeroize::Zeroizing;

use crate::private_files::{self, MODE};

const HEADER: &str = "\
# Entrepot's root key. Keep a copy of this file somewhere else: without it, the keys and passwords entered into the hub
# cannot be read again, by anybody. With it and the database, all of them can.
";

/// Why a root key cannot be had. Never holds a part of a key.
#[derive(Debug, thiserror::Error)]
pub enum RootKeyError {
    /// The file is not there or cannot be read or written.
    #[error("the root key file {path}: {source}")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
    /// Others may read it.
    #[error("the root key file {path} has mode {mode:04o}; only its owner may read it: chmod 0400 {path}")]
    Exposed {
        /// Which file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// It does not hold keys.
    #[error("{place} must hold 64 hexadecimal digits a line; line {line} does not")]
    Malformed {
        /// The file or the setting.
        place: String,
        /// Which line.
        line: usize,
    },
    /// It holds no key at all.
    #[error("{place} holds no key")]
    Empty {
        /// The file or the setting.
        place: String,
    },
}

/// Where root keys come from.
pub enum RootKeySource {
    /// A file that only its owner can read.
    File(PathBuf),
    /// A setting, for a service manager that hands secrets over in the environment; keys with commas between.
    Setting(Arc<SecretText>),
}

impl RootKeySource {
    /// For people.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Setting(_) => "secrets.root_key".to_owned(),
        }
    }

    /// All keys it holds, the first being the one to wrap with.
    ///
    /// # Errors
    /// Whatever is wrong with the file or the text.
    pub fn read(&self) -> Result<Vec<Arc<KeyMaterial>>, RootKeyError> {
        match self {
            Self::File(path) => parse(&read_file(path)?, &self.place()),
            Self::Setting(text) => parse(&text.reveal().replace(',', "\n"), &self.place()),
        }
    }
}

fn read_file(path: &Path) -> Result<Zeroizing<String>, RootKeyError> {
    let unreadable = |source| RootKeyError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let mode = fs::metadata(path).map_err(unreadable)?.permissions().mode() & 0o777;
    if mode != MODE {
        return Err(RootKeyError::Exposed {
            path: path.to_owned(),
            mode,
        });
    }
    fs::read_to_string(path).map(Zeroizing::new).map_err(unreadable)
}

fn parse(text: &str, place: &str) -> Result<Vec<Arc<KeyMaterial>>, RootKeyError> {
    let mut keys = Vec::new();
    for (line, number) in text.lines().map(str::trim).zip(1..) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let key = from_hex(line).ok_or_else(|| RootKeyError::Malformed {
            place: place.to_owned(),
            line: number,
        })?;
        keys.push(Arc::new(key));
    }
    if keys.is_empty() {
        return Err(RootKeyError::Empty {
            place: place.to_owned(),
        });
    }
    Ok(keys)
}

fn from_hex(text: &str) -> Option<KeyMaterial> {
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    if text.len() != 2 * KEY_BYTES || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(KeyMaterial::new(*bytes))
}

/// Writes keys to a file that only its owner may read, in place of what was there, whole or not at all.
///
/// # Errors
/// When the folder cannot be written.
pub fn write_file(path: &Path, keys: &[Arc<KeyMaterial>]) -> Result<(), RootKeyError> {
    let mut text = Zeroizing::new(String::with_capacity(HEADER.len() + keys.len() * (2 * KEY_BYTES + 1)));
    text.push_str(HEADER);
    for key in keys {
        for byte in key.reveal() {
            for digit in [byte >> 4, byte & 0xf] {
                text.push(char::from_digit(u32::from(digit), 16).unwrap_or_default());
            }
        }
        text.push('\n');
    }
    private_files::replace(path, &text).map_err(|source| RootKeyError::Unreadable {
        path: path.to_owned(),
        source,
    })
}

/// The root keys in memory. A name that is not among them makes the source be read again: somebody may be rotating.
pub struct RootKeys {
    source: RootKeySource,
    keys: RwLock<Vec<Arc<KeyMaterial>>>,
}

impl RootKeys {
    /// Reads the source.
    ///
    /// # Errors
    /// Whatever is wrong with it.
    pub fn open(source: RootKeySource) -> Result<Self, RootKeyError> {
        let keys = RwLock::new(source.read()?);
        Ok(Self { source, keys })
    }

    /// The key of this name, if the source has it.
    #[must_use]
    pub fn find(&self, id: KeyId) -> Option<Arc<KeyMaterial>> {
        let known = |keys: &[Arc<KeyMaterial>]| keys.iter().find(|key| key.id() == id).cloned();
        if let Some(key) = known(&self.keys.read().unwrap_or_else(PoisonError::into_inner)) {
            return Some(key);
        }
        let read = self.source.read().ok()?;
        let found = known(&read);
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = read;
        found
    }

    /// The first key of the source: the one a rotation moves to.
    #[must_use]
    pub fn first(&self) -> Option<Arc<KeyMaterial>> {
        self.keys
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .first()
            .cloned()
    }

    /// Where they come from, for people.
    #[must_use]
    pub fn place(&self) -> String {
        self.source.place()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> Arc<KeyMaterial> {
        Arc::new(KeyMaterial::new([byte; 32]))
    }

    fn fresh_path(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("entrepot-root-keys-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder.join(name)
    }

    #[test]
    fn a_written_file_is_read_back_and_only_its_owner_may_read_it() {
        let path = fresh_path("written");
        write_file(&path, &[key(1), key(0xab)]).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o400);
        let keys = RootKeys::open(RootKeySource::File(path.clone())).unwrap();
        assert_eq!(keys.first().unwrap().id(), key(1).id());
        assert!(keys.find(key(0xab).id()).is_some() && keys.find(key(3).id()).is_none());
        // Somebody rotates meanwhile: the new key is found without a restart.
        write_file(&path, &[key(3)]).unwrap();
        assert!(keys.find(key(3).id()).is_some());
        fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_file_that_others_may_read_is_refused_with_the_command_that_mends_it() {
        let path = fresh_path("exposed");
        write_file(&path, &[key(1)]).unwrap();
        for mode in [0o600, 0o440, 0o444, 0o644] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let said = RootKeys::open(RootKeySource::File(path.clone()))
                .err()
                .unwrap()
                .to_string();
            assert!(said.contains("chmod 0400"), "{said}");
        }
        fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_text_that_is_no_key_is_refused_without_saying_it() {
        for text in [
            "canary",
            &"0g".repeat(32),
            &"00".repeat(31),
            &"00".repeat(33),
            "",
            "# only a comment",
        ] {
            let source = RootKeySource::Setting(Arc::new(SecretText::new((*text).to_owned())));
            let said = RootKeys::open(source).err().unwrap().to_string();
            assert!(said.contains("secrets.root_key") && !said.contains("canary"), "{said}");
        }
        let two = format!("{},{}", "01".repeat(32), "02".repeat(32));
        let keys = RootKeys::open(RootKeySource::Setting(Arc::new(SecretText::new(two)))).unwrap();
        assert!(keys.find(key(2).id()).is_some());
    }
}
