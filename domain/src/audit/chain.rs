//! How entries hang together: each hash covers the one before it.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::canonical::Record;
use crate::ids::OrgId;

/// A SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// What the first entry has before it.
    pub const GENESIS: Self = Self([0; 32]);

    /// Wraps a digest.
    #[must_use]
    pub const fn new(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// The digest of stored bytes; none when they are not 32.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Its bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The hash of the entry with these canonical bytes, after this one: `SHA-256(self ‖ canonical)`.
    #[must_use]
    pub fn followed_by(&self, canonical: &[u8]) -> Self {
        let digest = Sha256::new().chain_update(self.0).chain_update(canonical);
        Self(digest.finalize().into())
    }
}

/// In hexadecimal.
impl std::fmt::Display for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Where a chain ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The number of the last entry; 0 before the first.
    pub seq: i64,
    /// Its hash.
    pub hash: Hash,
}

impl Head {
    /// The head of a chain without entries.
    pub const GENESIS: Self = Self {
        seq: 0,
        hash: Hash::GENESIS,
    };
}

/// One entry as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// What it says.
    pub record: Record,
    /// The bytes that were hashed.
    pub canonical: Vec<u8>,
    /// The hash of the entry before.
    pub prev: Hash,
    /// Its own.
    pub hash: Hash,
}

impl Link {
    /// The record as the next link of a chain that ends in `prev`.
    #[must_use]
    pub fn after(prev: Hash, record: Record) -> Self {
        let canonical = record.canonical();
        let hash = prev.followed_by(&canonical);
        Self {
            record,
            canonical,
            prev,
            hash,
        }
    }
}

/// How a chain stood at a moment, as it was signed and put elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose chain.
    pub org: OrgId,
    /// Where it ended.
    pub head: Head,
    /// When it was signed.
    pub at: Timestamp,
}
