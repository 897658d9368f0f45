//! What travels to the journal and what comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use domain::stock::{JournalEntry, Refusal, Shard};
use tokio::sync::oneshot;

use super::Permit;
use crate::item::Change;

/// A decided command on its way to the journal.
pub struct Staged {
    /// The item's shard.
    pub shard: Shard,
    /// The reign it was decided under.
    pub reign: u64,
    /// Its movements; none for a repeat that only waits its turn behind the original.
    pub entries: Vec<JournalEntry>,
    /// What they made of the item.
    pub change: Change,
    /// Who waits; nobody for what the hub does by itself.
    pub waiter: Option<oneshot::Sender<Outcome>>,
    /// Given back when this is answered.
    pub permit: Permit,
    /// Keeps the item in memory until this is answered.
    pub in_flight: InFlight,
}

impl Staged {
    /// Tells whoever waits, and gives the permit back first, so that the next command of the same caller finds it.
    pub fn answer(self, outcome: Outcome) {
        let Self {
            waiter,
            permit,
            in_flight,
            entries: _,
            change: _,
            shard: _,
            reign: _,
        } = self;
        drop(permit);
        drop(in_flight);
        if let Some(waiter) = waiter {
            // A caller that gave up waiting asks again with the same command id.
            let _gone = waiter.send(outcome);
        }
    }
}

/// What became of a command.
#[derive(Debug)]
pub enum Outcome {
    /// Durable.
    Done(Done),
    /// It was done before; the journal has the first answer.
    DoneBefore,
    /// The item said no; nothing changed.
    Refused {
        /// Why.
        refusal: Refusal,
        /// The command may have been done so long ago that the item has forgotten it: the journal knows.
        may_be_repeat: bool,
    },
    /// Certainly no effect; ask again.
    NotDone(NotDone),
    /// Certainly no effect, and asking again will not help.
    Failed,
}

/// A durable command's movements with their numbers.
#[derive(Debug)]
pub struct Done {
    /// The shard.
    pub shard: Shard,
    /// The number of the first movement; the others follow without a gap.
    pub first_seq: i64,
    /// The movements.
    pub entries: Vec<JournalEntry>,
}

/// Why a command had no effect although the item did not refuse it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotDone {
    /// The item's memory was given up; a fresh one will decide.
    Stale,
    /// The database could not take it.
    Unavailable,
}

/// Counts what an item has on its way; an item with anything in flight stays in memory.
pub struct InFlight {
    count: Arc<AtomicU32>,
}

impl InFlight {
    /// One more.
    #[must_use]
    pub fn begin(count: &Arc<AtomicU32>) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self {
            count: Arc::clone(count),
        }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::AcqRel);
    }
}
