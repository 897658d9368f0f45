//! Keys and their names. AES-GCM alone does not tell two keys apart (a ciphertext can be made that opens under both), so
//! whatever is sealed also names its key by a digest of it, and the digest is checked before anything is opened.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::ids::digest;

/// Every key is AES-256's.
pub const KEY_BYTES: usize = 32;
/// Enough that no second key with the same id can be found.
const ID_BYTES: usize = 16;

/// The bytes of a key: wiped when dropped, and without `Debug`, `Serialize` or `Clone`.
pub struct KeyMaterial(Zeroizing<[u8; KEY_BYTES]>);

impl KeyMaterial {
    /// Takes a key over; the caller keeps no copy.
    #[must_use]
    pub fn new(bytes: [u8; KEY_BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A key of the right length, or nothing.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self::new)
    }

    /// The bytes themselves, for the cipher and the key file.
    #[must_use]
    pub fn reveal(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    /// Its name. A digest of 256 random bits says nothing about them.
    #[must_use]
    pub fn id(&self) -> KeyId {
        let digest = digest(&[b"entrepot-key-id", self.0.as_slice()]);
        let (head, _) = digest.split_first_chunk::<ID_BYTES>().unwrap_or((&[0; ID_BYTES], &[]));
        KeyId(*head)
    }
}

/// Names a key, and commits to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyId([u8; ID_BYTES]);

impl KeyId {
    /// As stored.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// From storage, when it has the right length.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl std::fmt::Display for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Which of an organization's data keys, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyVersion(pub i32);

impl KeyVersion {
    /// An organization's first.
    pub const FIRST: Self = Self(1);

    /// The one after it.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_id_names_its_key_and_no_other_and_is_not_the_key() {
        let key = KeyMaterial::new([7; 32]);
        assert_eq!(key.id(), KeyMaterial::new([7; 32]).id());
        assert_ne!(key.id(), KeyMaterial::new([8; 32]).id());
        assert!(!key.id().to_string().contains("0707"), "{}", key.id());
        assert_eq!(KeyId::from_slice(key.id().as_bytes()), Some(key.id()));
        assert_eq!(KeyId::from_slice(&[1; 15]), None);
        assert!(KeyMaterial::from_slice(&[1; 31]).is_none());
    }
}
