//! Reigns: how memory learns that it may be wrong.
//!
//! A shard's reign counts the times its memory was given up: a batch failed, another process owned the shard, a
//! connection was lost. An item actor remembers the reign it was loaded under; when the number has moved, what it holds
//! is a guess, and it stops before saying anything. What it staged under the old reign is not written.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::stock::{SHARDS, Shard};

/// One counter per shard, shared by the journal, the directory and every item actor.
#[derive(Clone)]
pub struct Reigns {
    counters: Arc<[AtomicU64]>,
}

impl Default for Reigns {
    fn default() -> Self {
        Self {
            counters: (0..SHARDS).map(|_| AtomicU64::new(0)).collect(),
        }
    }
}

impl Reigns {
    /// The current reign of a shard. Read it before loading an item, never after.
    #[must_use]
    pub fn current(&self, shard: Shard) -> u64 {
        self.counters
            .get(usize::from(shard.number()))
            .map_or(0, |counter| counter.load(Ordering::Acquire))
    }

    /// Gives up what memory holds of a shard.
    pub(super) fn end(&self, shard: Shard) {
        if let Some(counter) = self.counters.get(usize::from(shard.number())) {
            counter.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// Gives up what memory holds of every shard.
    pub(super) fn end_all(&self) {
        Shard::all().for_each(|shard| self.end(shard));
    }
}
