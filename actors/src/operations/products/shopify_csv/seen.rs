//! The handles and SKUs of the file so far. Kept as 64-bit hashes, so that a million of them take some tens of
//! megabytes; two different texts share a hash about once in thirty million such files.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash, Hasher};

use domain::catalog::Sku;

/// The first suffix of a derived SKU that is taken.
const FIRST_SUFFIX: u32 = 2;
/// Longest SKU in characters.
const MAX_SKU_CHARS: usize = 100;

/// Which line had a text first.
type Lines = HashMap<u64, u64>;

/// What only one product or variant of the file may have.
#[derive(Debug, Default)]
pub(super) struct Seen {
    handles: Lines,
    skus: Lines,
    /// The next suffix to try for a derived SKU, so that a file full of equal ones is still read in one pass.
    suffixes: HashMap<u64, u32>,
}

/// It was on this line before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SeenAt(pub(super) u64);

impl Seen {
    pub(super) fn claim_handle(&mut self, handle: &str, line: u64) -> Result<(), SeenAt> {
        claim(&mut self.handles, handle, line)
    }

    pub(super) fn claim_sku(&mut self, sku: &Sku, line: u64) -> Result<(), SeenAt> {
        claim(&mut self.skus, sku.as_str(), line)
    }

    /// A SKU for a variant that came without one: the derived one, or with `-2`, `-3`… when that is taken.
    pub(super) fn derive_sku(&mut self, handle: &str, options: &[&str], line: u64) -> Sku {
        let base = Sku::derived(handle, options);
        if claim(&mut self.skus, base.as_str(), line).is_ok() {
            return base;
        }
        let suffix = self.suffixes.entry(hash(base.as_str())).or_insert(FIRST_SUFFIX);
        while let Ok(sku) = Sku::parse(&with_suffix(base.as_str(), *suffix)) {
            *suffix = suffix.saturating_add(1);
            if claim(&mut self.skus, sku.as_str(), line).is_ok() {
                return sku;
            }
        }
        base
    }
}

fn claim(lines: &mut Lines, text: &str, line: u64) -> Result<(), SeenAt> {
    match lines.entry(hash(text)) {
        Entry::Occupied(first) => Err(SeenAt(*first.get())),
        Entry::Vacant(place) => {
            place.insert(line);
            Ok(())
        }
    }
}

fn with_suffix(base: &str, suffix: u32) -> String {
    let suffix = format!("-{suffix}");
    base.chars()
        .take(MAX_SKU_CHARS - suffix.len())
        .chain(suffix.chars())
        .collect()
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
