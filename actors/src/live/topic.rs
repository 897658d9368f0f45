//! Topics: what can be subscribed to, within one organization.

use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::ids::{ItemId, OrgId};
use uuid::Uuid;

use super::ring::{Entry, Place, Ring, Since};
use super::{Alert, Data, Sample};

const OF_ITEM: &str = "item:";

/// What a topic tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TopicName {
    /// The newest totals of every item that changes.
    Stock,
    /// The movements of one item.
    Item(ItemId),
    /// Items that fell to their reorder point, or are promised beyond stock, or no longer.
    Alerts,
    /// How busy the organization is, once a second.
    Metrics,
    /// Messages of 200 bytes, for measuring; only where the hub was started with `live.probe_per_second`.
    Probe,
}

impl TopicName {
    /// The topic with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "stock" => Some(Self::Stock),
            "alerts" => Some(Self::Alerts),
            "metrics" => Some(Self::Metrics),
            "probe" => Some(Self::Probe),
            _ => {
                let id = word.strip_prefix(OF_ITEM)?;
                // One word per topic: no braces, no capitals.
                let id = id.parse::<Uuid>().ok().filter(|parsed| parsed.to_string() == id)?;
                Some(Self::Item(ItemId::new(id)))
            }
        }
    }

    /// Whether a socket that is behind is told the newest rather than everything.
    #[must_use]
    pub const fn is_conflated(self) -> bool {
        match self {
            Self::Stock | Self::Metrics => true,
            Self::Item(_) | Self::Alerts | Self::Probe => false,
        }
    }
}

impl fmt::Display for TopicName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stock => f.write_str("stock"),
            Self::Item(item) => write!(f, "{OF_ITEM}{item}"),
            Self::Alerts => f.write_str("alerts"),
            Self::Metrics => f.write_str("metrics"),
            Self::Probe => f.write_str("probe"),
        }
    }
}

/// A topic of an organization: the only way to name one, so that tenants cannot meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TopicKey {
    /// Whose.
    pub org: OrgId,
    /// What.
    pub name: TopicName,
}

/// A topic that somebody watches, or watched lately.
pub struct Topic {
    key: TopicKey,
    /// Counts publications and new epochs, so that a look costs no lock.
    changes: AtomicU64,
    watchers: AtomicUsize,
    left_at: Mutex<Duration>,
    ring: Mutex<Ring>,
}

impl Topic {
    pub(super) fn new(key: TopicKey, epoch: u64, kept: usize) -> Self {
        Self {
            key,
            changes: AtomicU64::new(0),
            watchers: AtomicUsize::new(0),
            left_at: Mutex::new(Duration::ZERO),
            ring: Mutex::new(Ring::new(epoch, kept)),
        }
    }

    /// Which one it is.
    #[must_use]
    pub fn key(&self) -> TopicKey {
        self.key
    }

    /// Moves whenever there is something new to read.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// The newest place.
    #[must_use]
    pub fn head(&self) -> Place {
        self.ring().head()
    }

    /// What was published after `place`, at most `limit` messages of it.
    #[must_use]
    pub fn since(&self, place: Place, limit: usize) -> Since {
        self.ring().since(place, limit)
    }

    /// The newest message.
    #[must_use]
    pub fn newest(&self) -> Option<std::sync::Arc<Entry>> {
        self.ring().newest()
    }

    pub(super) fn publish(&self, at: jiff::Timestamp, data: Data) {
        self.ring().push(at, data);
        self.changes.fetch_add(1, Ordering::Release);
    }

    pub(super) fn begin_epoch(&self, epoch: u64) {
        self.ring().begin_epoch(epoch);
        self.changes.fetch_add(1, Ordering::Release);
    }

    pub(super) fn enter(&self) {
        self.watchers.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn leave(&self, now: Duration) {
        *self.left_at.lock().unwrap_or_else(PoisonError::into_inner) = now;
        self.watchers.fetch_sub(1, Ordering::AcqRel);
    }

    /// When the last watcher left, if nobody watches.
    pub(super) fn unwatched_since(&self) -> Option<Duration> {
        let is_watched = self.watchers.load(Ordering::Acquire) > 0;
        (!is_watched).then(|| *self.left_at.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Data {
    /// About how many bytes it is on the wire, for the ring's bound.
    pub(super) fn weight(&self) -> usize {
        let rows = match self {
            Self::Stock(rows) => rows.len() * 330,
            Self::Movements(movements) => movements.len() * 560,
            Self::Alerts(alerts) => alerts.len() * (200 + size_of::<Alert>()),
            Self::Metrics(_) => size_of::<Sample>() + 100,
            Self::Probe => 100,
        };
        rows + 100
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_has_one_word_and_the_word_leads_back_to_it() {
        let item = TopicName::Item(ItemId::new(Uuid::from_u128(0xABCD)));
        for name in [
            TopicName::Stock,
            TopicName::Alerts,
            TopicName::Metrics,
            TopicName::Probe,
            item,
        ] {
            assert_eq!(TopicName::parse(&name.to_string()), Some(name));
        }
        let id = Uuid::from_u128(0xABCD);
        for wrong in [
            "",
            "stocks",
            "STOCK",
            "item:",
            "item:x",
            &format!("item:{{{id}}}"),
            &format!("item:{}", id.simple()),
            &format!("item:{}", id.to_string().to_uppercase()),
        ] {
            assert_eq!(TopicName::parse(wrong), None, "{wrong}");
        }
    }
}
