//! Texts that nobody guesses: API keys, the tokens in cookies and in mails' links. Stored as hashes only.

use sha2::{Digest, Sha256};

use crate::clock::Clock;

/// 256 random bits, in hexadecimal digits.
#[must_use]
pub fn fresh(clock: &dyn Clock) -> String {
    hex(&clock.fresh_secret())
}

/// What such a text is stored and looked up by; 256 random bits need no slow hash.
#[must_use]
pub fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let is_even = text.len().is_multiple_of(2);
    let bytes = (0..text.len()).step_by(2);
    let byte = |start: usize| u8::from_str_radix(text.get(start..start + 2)?, 16).ok();
    is_even.then(|| bytes.map(byte).collect()).flatten()
}
