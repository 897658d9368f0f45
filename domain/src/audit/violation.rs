//! What a chain that was tampered with looks like, in words.

use serde::Serialize;

/// The first thing in a chain that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ChainViolation {
    /// Numbers are missing.
    #[error("entry {expected} is gone: after {last} comes {found}", last = expected - 1)]
    Gap {
        /// The number that should come.
        expected: i64,
        /// The number that came.
        found: i64,
    },
    /// An entry stands where another was written.
    #[error("entry {seq} was written as number {written_as}: entries were put in another order")]
    Moved {
        /// Where it stands.
        seq: i64,
        /// Where it was written.
        written_as: i64,
    },
    /// What an entry says is not what was hashed.
    #[error("entry {seq} was changed: it does not say what was hashed when it was written")]
    Altered {
        /// Which.
        seq: i64,
    },
    /// An entry's hash is not that of its bytes and the hash before.
    #[error("entry {seq} does not follow from the one before it: one of them was replaced")]
    Broken {
        /// Which.
        seq: i64,
    },
    /// Entries at the end are missing.
    #[error("the tail is cut: the chain ends at {found}, and its head says {expected}")]
    TailCut {
        /// The last number by the head.
        expected: i64,
        /// The last number found.
        found: i64,
    },
    /// The head and the last entry differ.
    #[error("the head is not the hash of the last entry, {seq}")]
    HeadDiffers {
        /// The last number.
        seq: i64,
    },
    /// A signed checkpoint covers entries that are not there.
    #[error("the tail is cut: the chain ends at {found}, and a signed checkpoint of {at} covers {expected}")]
    CheckpointAhead {
        /// The number of the checkpoint.
        expected: i64,
        /// The last number found.
        found: i64,
        /// When it was signed.
        at: jiff::Timestamp,
    },
    /// A signed checkpoint names another history.
    #[error("the history forked: entry {seq} is not the one that a signed checkpoint of {at} covers")]
    Forked {
        /// Where.
        seq: i64,
        /// When it was signed.
        at: jiff::Timestamp,
    },
    /// A note among the checkpoints is not the hub's.
    #[error("line {line} of {path} begins a checkpoint that this hub's key did not sign")]
    CheckpointForged {
        /// Which file.
        path: String,
        /// Where in it.
        line: usize,
    },
}
