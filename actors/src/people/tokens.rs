//! Unguessable tokens: in a cookie, in a mail's link. Stored as hashes only.

use sha2::{Digest, Sha256};

use crate::clock::Clock;

/// A token that was just made. No `Debug`, no `Display`: it is handed to one reader.
pub(crate) struct Token {
    secret: String,
}

impl Token {
    /// 256 random bits.
    pub(crate) fn fresh(clock: &dyn Clock) -> Self {
        let bytes = clock.fresh_secret();
        let secret = bytes
            .iter()
            .fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        Self { secret }
    }

    /// What its reader gets.
    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }

    /// What is stored.
    pub(crate) fn hash(&self) -> [u8; 32] {
        hash_token(&self.secret)
    }
}

/// What a token is stored and looked up by; 256 random bits need no slow hash.
#[must_use]
pub fn hash_token(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}
