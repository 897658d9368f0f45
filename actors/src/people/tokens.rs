//! Unguessable tokens: in a cookie, in a mail's link. Stored as hashes only.

use crate::clock::Clock;
use crate::unguessable;

/// A token that was just made. No `Debug`, no `Display`: it is handed to one reader.
pub(crate) struct Token {
    secret: String,
}

impl Token {
    /// 256 random bits.
    pub(crate) fn fresh(clock: &dyn Clock) -> Self {
        Self {
            secret: unguessable::fresh(clock),
        }
    }

    /// What its reader gets.
    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }

    /// What is stored.
    pub(crate) fn hash(&self) -> [u8; 32] {
        unguessable::hash(&self.secret)
    }
}
