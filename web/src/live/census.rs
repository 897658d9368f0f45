//! Who is connected: how many sockets a person, an address and the hub have, and which sessions they hang on.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actors::live::Hub;
use domain::ids::{PersonId, SessionId};

use super::LiveSettings;
use super::metrics::LiveMetrics;
use super::tickets::Holder;

/// So long after its last socket a session is looked after all the same: a browser that lost its connection comes back
/// without a query.
const LOOKED_AFTER: Duration = Duration::from_secs(60);

/// Counts sockets. Shared by all threads.
pub(crate) struct Census {
    counts: Mutex<Counts>,
    limits: Limits,
    hub: Hub,
    metrics: LiveMetrics,
}

struct Limits {
    per_person: u32,
    per_address: u32,
    all: u32,
}

#[derive(Default)]
struct Counts {
    all: u32,
    persons: HashMap<PersonId, u32>,
    addresses: HashMap<IpAddr, u32>,
    sessions: HashMap<SessionId, Watched>,
}

struct Watched {
    sockets: u32,
    left_at: Duration,
}

/// A counted socket; given back when it is dropped.
pub(crate) struct Seat {
    census: Arc<Census>,
    holder: Holder,
    address: Option<IpAddr>,
}

impl Census {
    pub(crate) fn new(settings: &LiveSettings, hub: Hub, metrics: LiveMetrics) -> Self {
        Self {
            counts: Mutex::default(),
            limits: Limits {
                per_person: settings.sockets_per_person,
                per_address: settings.sockets_per_address,
                all: settings.sockets,
            },
            hub,
            metrics,
        }
    }

    /// Counts a socket in, or not: too many are open.
    pub(crate) fn enter(self: &Arc<Self>, holder: Holder, address: Option<IpAddr>) -> Option<Seat> {
        let mut counts = self.counts();
        let of_person = counts.persons.get(&holder.person).copied().unwrap_or(0);
        let of_address = address.and_then(|address| counts.addresses.get(&address).copied());
        let is_full = counts.all >= self.limits.all
            || of_person >= self.limits.per_person
            || of_address.unwrap_or(0) >= self.limits.per_address;
        if is_full {
            return None;
        }
        counts.all += 1;
        *counts.persons.entry(holder.person).or_default() += 1;
        if let Some(address) = address {
            *counts.addresses.entry(address).or_default() += 1;
        }
        let new = || Watched {
            sockets: 0,
            left_at: Duration::ZERO,
        };
        counts.sessions.entry(holder.session).or_insert_with(new).sockets += 1;
        drop(counts);
        self.hub.socket_opened(holder.rights.org);
        self.metrics.sockets.inc();
        Some(Seat {
            census: Arc::clone(self),
            holder,
            address,
        })
    }

    /// How many sockets are open.
    pub(crate) fn sockets(&self) -> u32 {
        self.counts().all
    }

    /// The sessions to look after: those of open sockets, and those that had one lately.
    pub(crate) fn sessions(&self, now: Duration) -> Vec<SessionId> {
        let mut counts = self.counts();
        counts
            .sessions
            .retain(|_, watched| watched.sockets > 0 || now.saturating_sub(watched.left_at) < LOOKED_AFTER);
        counts.sessions.keys().copied().collect()
    }

    fn leave(&self, seat: &Seat, now: Duration) {
        let mut counts = self.counts();
        counts.all -= 1;
        take_one(&mut counts.persons, &seat.holder.person);
        if let Some(address) = seat.address {
            take_one(&mut counts.addresses, &address);
        }
        if let Some(watched) = counts.sessions.get_mut(&seat.holder.session) {
            watched.sockets -= 1;
            watched.left_at = now;
        }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is counted down to nothing is forgotten.
fn take_one<K: std::hash::Hash + Eq>(counts: &mut HashMap<K, u32>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

impl Seat {
    /// Whom the socket is for.
    pub(crate) fn holder(&self) -> &Holder {
        &self.holder
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let now = self.census.hub.uptime();
        self.census.leave(self, now);
        self.census.hub.socket_closed(self.holder.rights.org);
        self.census.metrics.sockets.dec();
    }
}
