//! Loading: whatever was asked for while the last query was under way becomes the next query.

use actix::{Actor, ArbiterHandle};
use domain::ids::IdMap;
use domain::stock::{ItemKey, Shard};
use storage::Engine;
use storage::item_loader::{self, LoadedItem};
use tokio::sync::{mpsc, oneshot};
use tracing::warn;

use super::{Directory, Found, NotLoaded, Waiters};
use crate::item::ItemActor;

/// At most so many items per round of queries.
const LARGEST_LOAD: usize = 1_000;

pub(super) struct Loader {
    engine: Engine,
    /// Where items live while there is no home.
    fallback: ArbiterHandle,
    directory: Directory,
    next_home: usize,
}

impl Loader {
    pub(super) fn new(engine: Engine, fallback: ArbiterHandle, directory: Directory) -> Self {
        Self {
            engine,
            fallback,
            directory,
            next_home: 0,
        }
    }

    pub(super) async fn run(mut self, mut wanted: mpsc::UnboundedReceiver<ItemKey>) {
        let mut keys = Vec::with_capacity(LARGEST_LOAD);
        while wanted.recv_many(&mut keys, LARGEST_LOAD).await > 0 {
            keys.sort_unstable();
            keys.dedup();
            self.load(&keys).await;
            keys.clear();
        }
    }

    async fn load(&mut self, keys: &[ItemKey]) {
        let journal = &self.directory.inner.shared.journal;
        // The reign is read first: if it ends while we load, what we loaded is stale and will say so.
        let reigns: IdMap<Shard, u64> = Shard::all()
            .map(|shard| (shard, journal.reigns().current(shard)))
            .collect();
        // What an earlier actor of these items staged must be settled before we look.
        let loaded = match journal.settle().await {
            Ok(()) => item_loader::load(&self.engine, keys).await.map_err(|error| {
                warn!(%error, items = keys.len(), "items could not be loaded");
            }),
            Err(_) => Err(()),
        };
        let journal_is_open = journal.is_open();
        match loaded {
            Ok(mut loaded) => {
                self.directory
                    .inner
                    .shared
                    .metrics
                    .loaded_items
                    .inc_by(loaded.len() as u64);
                let mut entered = Vec::with_capacity(keys.len());
                for key in keys {
                    let reign = reigns.get(&Shard::of(key.item)).copied().unwrap_or_default();
                    let (tell_started, started) = oneshot::channel();
                    let found = self.enter(loaded.remove(key), reign, tell_started);
                    entered.push((*key, found, reign, started));
                }
                for (key, found, reign, started) in entered {
                    // Until it has started, an actor's mailbox has not the size that was set. (Nothing to start: at once.)
                    let _nothing = started.await;
                    let waiters = self.directory.inner.slots.put(key, &found, reign);
                    tell(waiters, &Ok(found));
                }
            }
            // One item that cannot be loaded must not keep its neighbours out.
            Err(()) if keys.len() > 1 && journal_is_open => {
                for key in keys {
                    Box::pin(self.load(std::slice::from_ref(key))).await;
                }
            }
            Err(()) => {
                for key in keys {
                    tell(self.directory.inner.slots.give_up(*key), &Err(NotLoaded));
                }
            }
        }
    }

    fn enter(&mut self, loaded: Option<LoadedItem>, reign: u64, started: oneshot::Sender<()>) -> Found {
        match loaded {
            None => Found::Unknown,
            Some(LoadedItem::Bundle(components)) => Found::Bundle(components.into()),
            Some(LoadedItem::Plain(plain)) => {
                self.next_home = self.next_home.wrapping_add(1);
                let home = self
                    .directory
                    .home(self.next_home)
                    .unwrap_or_else(|| self.fallback.clone());
                let shared = std::sync::Arc::clone(&self.directory.inner.shared);
                let actor = ItemActor::new(*plain, reign, std::sync::Arc::clone(&shared), self.directory.clone());
                let capacity = shared.mailbox_capacity;
                let address = ItemActor::start_in_arbiter(&home, move |ctx| {
                    ctx.set_mailbox_capacity(capacity);
                    let _gone = started.send(());
                    actor
                });
                Found::Plain(address)
            }
        }
    }
}

fn tell(waiters: Waiters, answer: &Result<Found, NotLoaded>) {
    for waiter in waiters {
        // Whoever stopped waiting has been told to ask again.
        let _gone = waiter.send(answer.clone());
    }
}
