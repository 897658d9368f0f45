//! The audit log: who changed what, as a chain of hashes per organization that nobody can quietly mend.
//!
//! An [`Entry`] is what an operation says. Appended, it becomes a [`Record`] with a number, whose canonical bytes are hashed
//! together with the hash before it. [`ChainCheck`] walks a stored chain and names the first thing that is not as it was
//! written. Stock movements are no entries: the journal is their log.

mod canonical;
mod chain;
mod check;
mod entry;
mod violation;

pub use canonical::{Record, canonical_json};
pub use chain::{Checkpoint, Hash, Head, Link};
pub use check::{ChainCheck, ChainSummary};
pub use entry::{Actor, Entry, MAX_DOCUMENT_BYTES, Subject, Trail};
pub use violation::ChainViolation;

#[cfg(test)]
mod chain_tests;
