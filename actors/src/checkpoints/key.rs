//! The hub's signing key, in a file of its data directory, in the words of C2SP signed notes.

use std::io;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use sha2::{Digest, Sha256};

use crate::clock::Clock;
use crate::private_files;

/// The key's name, in its own words and in every signature line.
pub(super) const NAME: &str = "entrepot-audit";
/// The signature type of plain Ed25519, by C2SP's table.
const ED25519_TYPE: u8 = 1;
const PRIVATE_PREFIX: &str = "PRIVATE+KEY";

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("the audit signing key {path}: {source}")]
    File {
        /// Which file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// The text is no key.
    #[error("{0} holds no key of this form: PRIVATE+KEY+name+id+base64")]
    NoKey(String),
    /// The text is no verifier key.
    #[error("a verifier key has the form name+id+base64, as `entrepot audit log` prints it")]
    NoVerifierKey,
}

/// The hub's Ed25519 key. It has no `Debug`, so that no log can show it.
pub struct HubKey {
    pair: Ed25519KeyPair,
    verifier: VerifierKey,
}

/// The public half: enough to verify, on any machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    /// The first four bytes of a digest over name and key; every signature begins with them.
    pub(super) id: [u8; 4],
    public: [u8; 32],
}

impl HubKey {
    /// The key of this file; a fresh one, readable by the hub alone, when there is no file yet.
    ///
    /// # Errors
    /// When the file cannot be read, written or understood. A key that cannot be read is never replaced.
    pub fn load_or_create(path: &Path, clock: &dyn Clock) -> Result<Self, KeyError> {
        if let Some(known) = Self::load(path)? {
            return Ok(known);
        }
        let seed = clock.fresh_secret();
        let made = Self::from_seed(&seed).ok_or_else(|| KeyError::NoKey(path.display().to_string()))?;
        write(path, &made.in_words(&seed)).map_err(|source| of_file(path, source))?;
        Ok(made)
    }

    /// The key of this file, if there is one.
    ///
    /// # Errors
    /// When it cannot be read or understood.
    pub fn load(path: &Path) -> Result<Option<Self>, KeyError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(of_file(path, source)),
        };
        // From the left: base64 has plus signs of its own.
        let named = text.trim().strip_prefix(&format!("{PRIVATE_PREFIX}+{NAME}+"));
        let seed = named
            .and_then(|rest| rest.split_once('+'))
            .and_then(|(_, seed)| decode_key(seed));
        let key = seed
            .and_then(|seed| Self::from_seed(&seed))
            .filter(|key| key.is_named_in(&text));
        key.map(Some).ok_or_else(|| KeyError::NoKey(path.display().to_string()))
    }

    fn from_seed(seed: &[u8; 32]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
        let public = pair.public_key().as_ref().try_into().ok()?;
        Some(Self {
            pair,
            verifier: VerifierKey::of(public),
        })
    }

    /// Whether the id in the file's text is the one that follows from the key: a file that was damaged says so.
    fn is_named_in(&self, text: &str) -> bool {
        text.contains(&format!("+{NAME}+{}+", self.verifier.id_in_words()))
    }

    fn in_words(&self, seed: &[u8; 32]) -> String {
        let id = self.verifier.id_in_words();
        format!("{PRIVATE_PREFIX}+{NAME}+{id}+{}\n", encode_key(seed))
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The signature over these bytes.
    pub(super) fn sign(&self, text: &[u8]) -> Vec<u8> {
        self.pair.sign(text).as_ref().to_vec()
    }
}

impl VerifierKey {
    fn of(public: [u8; 32]) -> Self {
        let digest = Sha256::new()
            .chain_update(NAME)
            .chain_update(b"\n")
            .chain_update([ED25519_TYPE])
            .chain_update(public)
            .finalize();
        let id = digest.first_chunk().copied().unwrap_or_default();
        Self { id, public }
    }

    /// The key as [`Display`](std::fmt::Display) writes it.
    ///
    /// # Errors
    /// When it is not one, or its id is not that of its bytes.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        // name+id+base64, where base64 has plus signs of its own.
        let public = text.trim().splitn(3, '+').nth(2).and_then(decode_key);
        let key = public.map(Self::of).ok_or(KeyError::NoVerifierKey)?;
        if key.to_string() == text.trim() {
            Ok(key)
        } else {
            Err(KeyError::NoVerifierKey)
        }
    }

    fn id_in_words(&self) -> String {
        self.id.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether this key signed these bytes.
    pub(super) fn verifies(&self, text: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.public)
            .verify(text, signature)
            .is_ok()
    }
}

/// The verifier key of signed notes: name, id, type and key.
impl std::fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{NAME}+{}+{}", self.id_in_words(), encode_key(&self.public))
    }
}

fn encode_key(key: &[u8; 32]) -> String {
    let typed: Vec<u8> = std::iter::once(ED25519_TYPE).chain(*key).collect();
    STANDARD.encode(typed)
}

fn decode_key(text: &str) -> Option<[u8; 32]> {
    let typed = STANDARD.decode(text).ok()?;
    let (kind, key) = typed.split_first()?;
    (*kind == ED25519_TYPE).then(|| key.try_into().ok()).flatten()
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    private_files::create(path, text)
}

fn of_file(path: &Path, source: io::Error) -> KeyError {
    KeyError::File {
        path: path.display().to_string(),
        source,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::clock::SystemClock;

    pub(in super::super) fn key(seed: u8) -> HubKey {
        HubKey::from_seed(&[seed; 32]).unwrap()
    }

    #[test]
    fn a_key_is_made_once_readable_by_its_owner_alone_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hub/audit-signing-key");
        assert!(HubKey::load(&path).unwrap().is_none());
        let made = HubKey::load_or_create(&path, &SystemClock).unwrap();
        let found = HubKey::load_or_create(&path, &SystemClock).unwrap();
        assert_eq!(made.verifier(), found.verifier());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o400);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("PRIVATE+KEY+entrepot-audit+"), "{text}");
    }

    #[test]
    fn a_key_with_plus_signs_in_its_text_is_read_like_any_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let mut with_plus = 0;
        for seed in 0..=u8::MAX {
            let (made, words) = (key(seed), key(seed).in_words(&[seed; 32]));
            with_plus += usize::from(words.matches('+').count() > 4);
            std::fs::write(&path, words).unwrap();
            assert_eq!(HubKey::load(&path).unwrap().unwrap().verifier(), made.verifier());
            assert_eq!(
                &VerifierKey::parse(&made.verifier().to_string()).unwrap(),
                made.verifier()
            );
        }
        assert!(with_plus > 0);
    }

    #[test]
    fn a_damaged_key_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        for damaged in [
            "",
            "PRIVATE+KEY+entrepot-audit+00000000+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ] {
            std::fs::write(&path, damaged).unwrap();
            assert!(matches!(
                HubKey::load_or_create(&path, &SystemClock),
                Err(KeyError::NoKey(_))
            ));
        }
    }

    #[test]
    fn the_public_half_survives_being_written_down() {
        let words = key(1).verifier().to_string();
        assert_eq!(&VerifierKey::parse(&words).unwrap(), key(1).verifier());
        assert!(VerifierKey::parse(&words.replace("entrepot", "another")).is_err());
        assert!(VerifierKey::parse(&words[..words.len() - 4]).is_err());
    }
}
