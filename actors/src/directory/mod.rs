//! The directory: the only way to an item actor. Loads items on first use, many in one query, drops idle ones, and
//! rebuilds what a panic or a lost reign took.

mod loader;
mod quarantine;
mod slots;

use std::sync::Arc;
use std::time::Duration;

use actix::{Addr, ArbiterHandle};
use domain::ids::CommandId;
use domain::stock::{ItemKey, Shard};
use storage::Engine;
use storage::bundles::BundleComponent;
use tokio::sync::{mpsc, oneshot};

use crate::item::{ItemActor, ItemContext, Retire};
use loader::Loader;
use quarantine::Quarantine;
use slots::{Lookup, Slots};

/// How often idle items are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(30);

/// Finds item actors. Cheap to clone.
#[derive(Clone)]
pub struct Directory {
    inner: Arc<Inner>,
}

struct Inner {
    slots: Slots,
    quarantine: Quarantine,
    to_load: mpsc::UnboundedSender<ItemKey>,
    shared: Arc<ItemContext>,
}

/// What an item turned out to be.
#[derive(Clone)]
pub enum Found {
    /// It has stock of its own.
    Plain(Addr<ItemActor>),
    /// It needs other items.
    Bundle(Arc<[BundleComponent]>),
    /// This organization has no such item.
    Unknown,
}

/// The item cannot be loaded now; certainly nothing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the item cannot be loaded now")]
pub struct NotLoaded;

impl Directory {
    /// A directory that spreads its actors over `arbiters` and loads through `engine`. Must be called inside an actix
    /// system.
    #[must_use]
    pub fn start(engine: Engine, shared: Arc<ItemContext>, arbiters: Vec<ArbiterHandle>, idle_after: Duration) -> Self {
        let (to_load, wanted) = mpsc::unbounded_channel();
        let slots = Slots::new();
        let quarantine = Quarantine::new(shared.metrics.clone());
        let directory = Self {
            inner: Arc::new(Inner {
                slots,
                quarantine,
                to_load,
                shared,
            }),
        };
        let loader = Loader::new(engine, arbiters, directory.clone());
        tokio::spawn(loader.run(wanted));
        tokio::spawn(directory.clone().sweep(idle_after));
        directory
    }

    /// Finds an item, loading it when it is not in memory or its memory was given up.
    ///
    /// # Errors
    /// When it cannot be loaded.
    pub async fn find(&self, key: ItemKey) -> Result<Found, NotLoaded> {
        let reign = self.inner.shared.journal.reigns().current(Shard::of(key.item));
        match self.inner.slots.look_up(key, reign) {
            Lookup::Found(found) => Ok(found),
            Lookup::Wait { loaded, is_first } => {
                if is_first {
                    self.inner.to_load.send(key).map_err(|_| NotLoaded)?;
                }
                loaded.await.map_err(|_| NotLoaded)?
            }
        }
    }

    /// Whether this command panicked so often that it is refused.
    #[must_use]
    pub fn is_quarantined(&self, key: ItemKey, command: CommandId) -> bool {
        self.inner.quarantine.holds(key, command)
    }

    /// Items in memory or being loaded.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner.slots.len()
    }

    /// Whether no item is in memory.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets an item that leaves memory, unless a newer one took its place.
    pub(crate) fn forget(&self, key: ItemKey, reign: u64) {
        self.inner.slots.remove(key, reign);
    }

    /// Forgets an actor that was found closed, unless another took its place.
    pub(crate) fn forget_closed(&self, key: ItemKey, address: &Addr<ItemActor>) {
        self.inner.slots.remove_address(key, address);
    }

    /// Counts a panic of this command.
    pub(crate) fn note_panic(&self, key: ItemKey, command: CommandId) {
        self.inner.quarantine.note(key, command);
    }

    /// Ends every wait and every actor; the hub is stopping.
    pub(crate) fn clear(&self) {
        self.inner.slots.clear();
    }

    async fn sweep(self, idle_after: Duration) {
        let mut ticks = tokio::time::interval(SWEEP_EVERY.min(idle_after));
        loop {
            ticks.tick().await;
            let idle = self.inner.slots.take_idle_candidates(idle_after);
            for address in idle {
                // A full mailbox is not idle.
                let _busy = address.try_send(Retire);
            }
        }
    }
}

/// Answers for the waiters of one item.
type Waiters = Vec<oneshot::Sender<Result<Found, NotLoaded>>>;
