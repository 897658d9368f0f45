//! The journal's end: what was committed goes to the hub, and the journal never waits for it. While nobody watches it costs
//! one look at a flag per batch.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::stock::ItemKey;
use jiff::Timestamp;
use storage::stock_movements::NumberedEntry;
use tokio::sync::mpsc;

use crate::item::Change;
use crate::journal::Staged;

/// Batches that may wait for the hub. Beyond, the hub loses track and says so to everybody, rather than slow a buyer down.
const BATCHES_WAITING: usize = 512;

/// What the hub wants to hear, and whether it was told everything.
#[derive(Default)]
pub(super) struct Watch {
    anything: AtomicBool,
    movements: AtomicBool,
    has_lost_track: AtomicBool,
}

impl Watch {
    /// Set before whoever subscribes is answered: what is committed later is told, what was committed before can be read.
    pub(super) fn set(&self, anything: bool, movements: bool) {
        self.anything.store(anything, Ordering::SeqCst);
        self.movements.store(movements, Ordering::SeqCst);
    }

    pub(super) fn take_lost_track(&self) -> bool {
        self.has_lost_track.load(Ordering::Relaxed) && self.has_lost_track.swap(false, Ordering::SeqCst)
    }
}

/// What one commit made durable, as far as anybody watches.
pub struct Batch {
    pub(super) movements: Vec<NumberedEntry>,
    pub(super) changes: Vec<(ItemKey, Timestamp, Change)>,
    pub(super) commit_took: Duration,
    wants_movements: bool,
}

impl Batch {
    /// Notes a command that is durable.
    pub fn note(&mut self, staged: &Staged, first_seq: i64) {
        let Some(last) = staged.entries.last() else { return };
        self.changes.push((last.key, last.at, staged.change));
        if self.wants_movements {
            let shard = i16::try_from(staged.shard.number()).unwrap_or(i16::MAX);
            let numbered = staged.entries.iter().zip(first_seq..);
            self.movements.extend(numbered.map(|(entry, seq)| NumberedEntry {
                shard,
                seq,
                entry: entry.clone(),
            }));
        }
    }
}

/// Held by the journal.
#[derive(Clone)]
pub struct Feed {
    watch: Arc<Watch>,
    to_hub: mpsc::Sender<Batch>,
}

impl Feed {
    pub(super) fn new() -> (Self, Arc<Watch>, mpsc::Receiver<Batch>) {
        let (to_hub, from_journal) = mpsc::channel(BATCHES_WAITING);
        let watch = Arc::new(Watch::default());
        let feed = Self {
            watch: Arc::clone(&watch),
            to_hub,
        };
        (feed, watch, from_journal)
    }

    /// An empty batch to note commands in, if anybody watches. Ask after the commit, never before.
    #[must_use]
    pub fn open(&self, commit_took: Duration) -> Option<Batch> {
        self.watch.anything.load(Ordering::SeqCst).then(|| Batch {
            movements: Vec::new(),
            changes: Vec::new(),
            commit_took,
            wants_movements: self.watch.movements.load(Ordering::SeqCst),
        })
    }

    /// Hands a batch over, at once or not at all.
    pub fn tell(&self, batch: Batch) {
        if self.to_hub.try_send(batch).is_err() {
            self.lose_track();
        }
    }

    /// Something may have been committed that was not told: the hub begins new epochs, and everybody reloads.
    pub fn lose_track(&self) {
        self.watch.has_lost_track.store(true, Ordering::SeqCst);
    }
}
