//! A hash map for keys made of UUIDs, several times cheaper than the standard one.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Not safe against keys chosen to collide: that would make a check slow, never wrong.
pub(crate) type UuidMap<K, V> = HashMap<K, V, BuildHasherDefault<UuidHasher>>;

/// Multiplies and folds each half of each UUID.
#[derive(Default)]
pub(crate) struct UuidHasher(u64);

impl UuidHasher {
    const fn mix(&mut self, word: u64) {
        let product = (self.0 ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = product ^ (product >> 32);
    }
}

impl Hasher for UuidHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| self.mix(u64::from_le_bytes(*word)));
        rest.iter().for_each(|byte| self.mix(u64::from(*byte)));
    }

    /// The length before each UUID's bytes is the same for all of them.
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}
