//! The directory: the only way to an item actor. Loads items on first use, many in one query, drops idle ones, and
//! rebuilds what a panic or a lost reign took.

mod loader;
mod quarantine;
mod slots;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use actix::{Addr, Arbiter, ArbiterHandle};
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
    homes: RwLock<Vec<ArbiterHandle>>,
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
    /// A directory that loads through `engine`. Its actors live on the calling thread until [`Directory::add_this_thread`]
    /// gives them others. Must be called inside an actix system.
    #[must_use]
    pub fn start(engine: Engine, shared: Arc<ItemContext>, idle_after: Duration) -> Self {
        let (to_load, wanted) = mpsc::unbounded_channel();
        let slots = Slots::new();
        let quarantine = Quarantine::new(shared.metrics.clone());
        let homes = RwLock::default();
        let directory = Self {
            inner: Arc::new(Inner {
                slots,
                quarantine,
                to_load,
                homes,
                shared,
            }),
        };
        let loader = Loader::new(engine, Arbiter::current(), directory.clone());
        tokio::spawn(loader.run(wanted));
        tokio::spawn(directory.clone().sweep(idle_after));
        directory
    }

    /// Adds the calling thread to those that item actors live on. The threads that serve requests are the best ones: an
    /// item on the caller's own thread answers without waking another, and no more threads compete for the cores than
    /// there are.
    pub fn add_this_thread(&self) {
        self.inner
            .homes
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Arbiter::current());
    }

    /// The `n`th home, counted around.
    fn home(&self, n: usize) -> Option<ArbiterHandle> {
        let homes = self.inner.homes.read().unwrap_or_else(PoisonError::into_inner);
        homes.get(n.checked_rem(homes.len())?).cloned()
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
