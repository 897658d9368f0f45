//! The map behind the directory: which items are in memory, which are being loaded and who waits.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use actix::Addr;
use domain::ids::IdMap;
use domain::stock::ItemKey;
use tokio::sync::oneshot;

use super::{Found, NotLoaded, Waiters};
use crate::clock::stopwatch;
use crate::item::ItemActor;

/// Locks are held for a map operation only, never across I/O; stripes keep cores out of each other's way.
const STRIPES: usize = 64;

pub(super) struct Slots {
    stripes: Vec<Mutex<IdMap<ItemKey, Slot>>>,
    started: Instant,
}

enum Slot {
    Active {
        address: Addr<ItemActor>,
        reign: u64,
        last_used_s: u32,
    },
    Bundle(Found),
    Loading(Waiters),
}

/// What a look-up gives.
pub(super) enum Lookup {
    Found(Found),
    Wait {
        loaded: oneshot::Receiver<Result<Found, NotLoaded>>,
        is_first: bool,
    },
}

impl Slots {
    pub(super) fn new() -> Self {
        Self {
            stripes: (0..STRIPES).map(|_| Mutex::default()).collect(),
            started: stopwatch(),
        }
    }

    /// The item if it is in memory under the current reign; otherwise a place among those who wait for it.
    pub(super) fn look_up(&self, key: ItemKey, reign: u64) -> Lookup {
        let now = self.seconds();
        let mut stripe = self.stripe(key);
        let slot = stripe.entry(key).or_insert_with(|| Slot::Loading(Vec::new()));
        match slot {
            Slot::Active {
                address,
                reign: loaded_under,
                last_used_s,
            } if *loaded_under == reign => {
                *last_used_s = now;
                return Lookup::Found(Found::Plain(address.clone()));
            }
            Slot::Bundle(found) => return Lookup::Found(found.clone()),
            Slot::Active { .. } => *slot = Slot::Loading(Vec::new()),
            Slot::Loading(_) => {}
        }
        let (tell, loaded) = oneshot::channel();
        match slot {
            Slot::Loading(waiters) => {
                waiters.push(tell);
                Lookup::Wait {
                    loaded,
                    is_first: waiters.len() == 1,
                }
            }
            Slot::Active { .. } | Slot::Bundle(_) => Lookup::Wait {
                loaded,
                is_first: false,
            },
        }
    }

    /// Puts a loaded item in place and returns who waited for it.
    pub(super) fn put(&self, key: ItemKey, found: &Found, reign: u64) -> Waiters {
        let last_used_s = self.seconds();
        let mut stripe = self.stripe(key);
        let waiters = match stripe.remove(&key) {
            Some(Slot::Loading(waiters)) => waiters,
            Some(Slot::Active { .. } | Slot::Bundle(_)) | None => Vec::new(),
        };
        match found {
            Found::Plain(address) => {
                stripe.insert(
                    key,
                    Slot::Active {
                        address: address.clone(),
                        reign,
                        last_used_s,
                    },
                );
            }
            Found::Bundle(_) => {
                stripe.insert(key, Slot::Bundle(found.clone()));
            }
            Found::Unknown => {}
        }
        waiters
    }

    /// Gives a load up; those who waited are told.
    pub(super) fn give_up(&self, key: ItemKey) -> Waiters {
        let mut stripe = self.stripe(key);
        match stripe.remove(&key) {
            Some(Slot::Loading(waiters)) => waiters,
            Some(other) => {
                stripe.insert(key, other);
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    pub(super) fn remove(&self, key: ItemKey, reign: u64) {
        let mut stripe = self.stripe(key);
        if matches!(stripe.get(&key), Some(Slot::Active { reign: loaded_under, .. }) if *loaded_under == reign) {
            stripe.remove(&key);
        }
    }

    pub(super) fn remove_address(&self, key: ItemKey, closed: &Addr<ItemActor>) {
        let mut stripe = self.stripe(key);
        if matches!(stripe.get(&key), Some(Slot::Active { address, .. }) if address == closed) {
            stripe.remove(&key);
        }
    }

    pub(super) fn clear(&self) {
        self.stripes
            .iter()
            .for_each(|stripe| stripe.lock().unwrap_or_else(PoisonError::into_inner).clear());
    }

    pub(super) fn len(&self) -> usize {
        self.stripes
            .iter()
            .map(|stripe| stripe.lock().unwrap_or_else(PoisonError::into_inner).len())
            .sum()
    }

    /// Actors nobody has asked for during `idle_after`. They stay in place until they agree to leave.
    pub(super) fn take_idle_candidates(&self, idle_after: Duration) -> Vec<Addr<ItemActor>> {
        let idle_s = u32::try_from(idle_after.as_secs()).unwrap_or(u32::MAX);
        let now = self.seconds();
        let mut idle = Vec::new();
        for stripe in &self.stripes {
            let stripe = stripe.lock().unwrap_or_else(PoisonError::into_inner);
            idle.extend(stripe.values().filter_map(|slot| match slot {
                Slot::Active {
                    address, last_used_s, ..
                } if now.saturating_sub(*last_used_s) >= idle_s => Some(address.clone()),
                Slot::Active { .. } | Slot::Bundle(_) | Slot::Loading(_) => None,
            }));
        }
        idle
    }

    fn seconds(&self) -> u32 {
        u32::try_from(self.started.elapsed().as_secs()).unwrap_or(u32::MAX)
    }

    #[expect(clippy::indexing_slicing, reason = "the index is a remainder by the length")]
    fn stripe(&self, key: ItemKey) -> MutexGuard<'_, IdMap<ItemKey, Slot>> {
        let bytes = key.item.uuid().into_bytes();
        let index = usize::from(bytes[14]) % self.stripes.len();
        self.stripes[index].lock().unwrap_or_else(PoisonError::into_inner)
    }
}
