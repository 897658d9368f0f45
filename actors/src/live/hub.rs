//! The hub: what was committed comes in, messages of topics go into their rings, and whoever reads rings is woken.
//!
//! One task. It holds no lock across I/O and owes nobody anything: when it cannot vouch for having heard everything, it
//! begins new epochs, and screens load anew. Live messages travel through here only, which is where further nodes will
//! come in.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use domain::ids::{IdMap, OrgId};
use domain::stock::ItemKey;
use jiff::Timestamp;
use storage::Engine;
use storage::stock_movements::NumberedEntry;
use tokio::sync::{Notify, mpsc};
use tracing::{info, warn};

use super::feed::{Batch, Feed, Watch};
use super::names::Names;
use super::pulse::{Ended, Pulse};
use super::topic::{Topic, TopicKey, TopicName};
use super::{Alert, AlertKind, Data, StockRow};
use crate::clock::{Clock, stopwatch};
use crate::item::Change;

/// Rows of items that change are sent at most so often.
const TICK: Duration = Duration::from_millis(50);
/// Between samples of how busy it is, and looks for topics that nobody watches.
const SECOND: Duration = Duration::from_secs(1);
/// How long a topic is kept, and the journal asked, after the last watcher left: so long a screen may be away and resume.
const KEPT_UNWATCHED: Duration = Duration::from_secs(120);
/// Topics of one organization.
const MOST_TOPICS: usize = 10_000;
/// Rows of one message; more are several messages.
const MOST_ROWS: usize = 500;

/// An organization has as many topics as it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the organization watches too many things")]
pub struct TooManyTopics;

/// Where topics are. Cheap to clone.
#[derive(Clone)]
pub struct Hub {
    inner: Arc<Inner>,
}

struct Inner {
    topics: Mutex<HashMap<OrgId, HashMap<TopicName, Arc<Topic>>>>,
    next_epoch: AtomicU64,
    watch: Arc<Watch>,
    pulse: Pulse,
    readers: Mutex<Vec<Arc<Notify>>>,
    kept_messages: usize,
    clock: Arc<dyn Clock>,
}

impl Hub {
    /// Starts the hub's task, which ends with the journal. Each topic keeps so many messages. Must be called inside a runtime.
    #[must_use]
    pub fn start(engine: Engine, kept_messages: usize, clock: Arc<dyn Clock>) -> (Self, Feed) {
        let (feed, watch, from_journal) = Feed::new();
        // Epochs of another run of the hub are other numbers.
        let (first_epoch, _) = clock.fresh_id().as_u64_pair();
        let noise = clock.fresh_secret();
        let noise = noise.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let inner = Inner {
            topics: Mutex::default(),
            next_epoch: AtomicU64::new(first_epoch ^ noise),
            watch,
            pulse: Pulse::default(),
            readers: Mutex::default(),
            kept_messages,
            clock,
        };
        let hub = Self { inner: Arc::new(inner) };
        let desk = Desk {
            hub: hub.clone(),
            engine,
            names: Names::default(),
            changed: HashMap::new(),
            alerts: Vec::new(),
            flushed_at: stopwatch(),
            commits: (0, Duration::ZERO),
        };
        tokio::spawn(desk.run(from_journal));
        (hub, feed)
    }

    /// The topic, watched from now on. What is committed after this returns is told.
    ///
    /// # Errors
    /// When the organization has too many topics.
    pub fn watch(&self, key: TopicKey) -> Result<Arc<Topic>, TooManyTopics> {
        let mut all = self.topics();
        let topics = all.entry(key.org).or_default();
        if topics.len() >= MOST_TOPICS && !topics.contains_key(&key.name) {
            return Err(TooManyTopics);
        }
        let new = || Arc::new(Topic::new(key, self.fresh_epoch(), self.inner.kept_messages));
        let topic = Arc::clone(topics.entry(key.name).or_insert_with(new));
        topic.enter();
        self.tell_what_is_watched(&all);
        drop(all);
        if key.name == TopicName::Metrics {
            self.inner.pulse.count_for(key.org);
        }
        Ok(topic)
    }

    /// One watcher less.
    pub fn leave(&self, topic: &Topic) {
        topic.leave(self.inner.clock.uptime());
    }

    /// The time that topics and sockets go by.
    #[must_use]
    pub fn uptime(&self) -> Duration {
        self.inner.clock.uptime()
    }

    /// Whether somebody watches the topic, or did lately.
    #[must_use]
    pub fn knows(&self, key: TopicKey) -> bool {
        self.topics()
            .get(&key.org)
            .is_some_and(|topics| topics.contains_key(&key.name))
    }

    /// Is woken whenever some topic has something new.
    pub fn add_reader(&self, reader: Arc<Notify>) {
        self.readers().push(reader);
    }

    /// Whether [`Hub::note_command`] is heard: a look at a flag.
    #[must_use]
    pub fn measures(&self) -> bool {
        self.inner.pulse.is_watched()
    }

    /// Counts a command that ended.
    pub fn note_command(&self, org: OrgId, ended: Ended, took: Duration) {
        self.inner.pulse.note(org, ended, took);
    }

    /// Counts an open socket.
    pub fn socket_opened(&self, org: OrgId) {
        self.inner.pulse.socket_opened(org);
    }

    /// Counts it no longer.
    pub fn socket_closed(&self, org: OrgId) {
        self.inner.pulse.socket_closed(org);
    }

    /// Publishes a probe to every organization that watches for one.
    pub fn publish_probe(&self) {
        let now = self.inner.clock.now();
        let probes: Vec<Arc<Topic>> = self
            .topics()
            .values()
            .filter_map(|topics| topics.get(&TopicName::Probe).cloned())
            .collect();
        for topic in probes {
            topic.publish(now, Data::Probe);
        }
        self.wake_readers();
    }

    fn fresh_epoch(&self) -> u64 {
        self.inner.next_epoch.fetch_add(1, Ordering::Relaxed)
    }

    fn find(&self, key: TopicKey) -> Option<Arc<Topic>> {
        self.topics().get(&key.org)?.get(&key.name).cloned()
    }

    fn tell_what_is_watched(&self, all: &HashMap<OrgId, HashMap<TopicName, Arc<Topic>>>) {
        let mut names = all.values().flat_map(HashMap::keys);
        let of_item = |name: &&TopicName| matches!(name, TopicName::Item(_));
        let anything = names.any(|name| *name != TopicName::Probe);
        let movements = all.values().flat_map(HashMap::keys).any(|name| of_item(&name));
        let metrics = all.values().any(|topics| topics.contains_key(&TopicName::Metrics));
        self.inner.watch.set(anything, movements);
        if metrics != self.inner.pulse.is_watched() {
            self.inner.pulse.set_watched(metrics);
        }
    }

    /// Drops topics that nobody has watched for long.
    fn forget_unwatched(&self) {
        let now = self.inner.clock.uptime();
        let mut all = self.topics();
        for topics in all.values_mut() {
            topics.retain(|_, topic| {
                topic
                    .unwatched_since()
                    .is_none_or(|left_at| now.saturating_sub(left_at) < KEPT_UNWATCHED)
            });
        }
        all.retain(|_, topics| !topics.is_empty());
        self.tell_what_is_watched(&all);
    }

    /// Nobody can be told what was missed.
    fn begin_epochs(&self) {
        let topics: Vec<Arc<Topic>> = self.topics().values().flat_map(HashMap::values).cloned().collect();
        if topics.is_empty() {
            return;
        }
        info!(
            topics = topics.len(),
            "live topics begin anew: something may have been committed untold"
        );
        topics.iter().for_each(|topic| topic.begin_epoch(self.fresh_epoch()));
        self.wake_readers();
    }

    fn wake_readers(&self) {
        self.readers().iter().for_each(|reader| reader.notify_one());
    }

    fn topics(&self) -> MutexGuard<'_, HashMap<OrgId, HashMap<TopicName, Arc<Topic>>>> {
        self.inner.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn readers(&self) -> MutexGuard<'_, Vec<Arc<Notify>>> {
        self.inner.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The hub's own state: what came in and is not published yet.
struct Desk {
    hub: Hub,
    engine: Engine,
    names: Names,
    changed: HashMap<OrgId, IdMap<ItemKey, (Timestamp, Change)>>,
    alerts: Vec<(ItemKey, AlertKind, Timestamp, Change)>,
    flushed_at: Instant,
    commits: (u32, Duration),
}

impl Desk {
    async fn run(mut self, mut from_journal: mpsc::Receiver<Batch>) {
        let mut ticks = tokio::time::interval(TICK);
        let mut seconds = tokio::time::interval(SECOND);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                batch = from_journal.recv() => match batch {
                    Some(batch) => self.take_in(batch),
                    None => return,
                },
                _ = ticks.tick() => {}
                _ = seconds.tick() => {
                    self.hub.forget_unwatched();
                    self.publish_samples();
                }
            }
            if self.hub.inner.watch.take_lost_track() {
                self.hub.begin_epochs();
            }
            if self.flushed_at.elapsed() >= TICK {
                self.flush().await;
            }
        }
    }

    /// Publishes movements at once, and keeps what is conflated for the next tick.
    fn take_in(&mut self, batch: Batch) {
        self.commits.0 += 1;
        self.commits.1 += batch.commit_took;
        for (key, at, change) in batch.changes {
            let kinds = crossings(&change);
            self.alerts.extend(kinds.map(|kind| (key, kind, at, change)));
            self.changed.entry(key.org).or_default().insert(key, (at, change));
        }
        if batch.movements.is_empty() {
            return;
        }
        let mut by_item: HashMap<ItemKey, Vec<NumberedEntry>> = HashMap::new();
        for movement in batch.movements {
            by_item.entry(movement.entry.key).or_default().push(movement);
        }
        let now = self.hub.inner.clock.now();
        let mut is_news = false;
        for (key, movements) in by_item {
            let name = TopicName::Item(key.item);
            if let Some(topic) = self.hub.find(TopicKey { org: key.org, name }) {
                topic.publish(now, Data::Movements(movements));
                is_news = true;
            }
        }
        if is_news {
            self.hub.wake_readers();
        }
    }

    /// Publishes rows and alerts.
    async fn flush(&mut self) {
        self.flushed_at = stopwatch();
        let hub = self.hub.clone();
        let of = |org, name| hub.find(TopicKey { org, name });
        self.changed.retain(|org, _| of(*org, TopicName::Stock).is_some());
        self.alerts.retain(|(key, ..)| of(key.org, TopicName::Alerts).is_some());
        if self.changed.is_empty() && self.alerts.is_empty() {
            return;
        }
        let rows = self.changed.values().flat_map(IdMap::keys).copied();
        let wanted = rows.chain(self.alerts.iter().map(|(key, ..)| *key));
        if let Err(error) = self.names.learn(&self.engine, wanted).await {
            warn!(%error, "the names of items that changed cannot be read");
            (self.changed, self.alerts) = <_>::default();
            self.hub.begin_epochs();
            return;
        }
        let now = self.hub.inner.clock.now();
        for (org, changed) in std::mem::take(&mut self.changed) {
            let rows: Vec<StockRow> = changed.into_iter().filter_map(|one| self.row(one)).collect();
            if let Some(topic) = of(org, TopicName::Stock) {
                rows.chunks(MOST_ROWS)
                    .for_each(|rows| topic.publish(now, Data::Stock(rows.to_vec())));
            }
        }
        for (key, kind, at, change) in std::mem::take(&mut self.alerts) {
            let alert = self.names.get(key).map(|name| Alert {
                kind,
                item: key.item,
                sku: Arc::clone(&name.sku),
                title: Arc::clone(&name.title),
                standing: change.standing,
                at,
            });
            if let (Some(topic), Some(alert)) = (of(key.org, TopicName::Alerts), alert) {
                topic.publish(now, Data::Alerts(vec![alert]));
            }
        }
        self.hub.wake_readers();
    }

    fn row(&self, (key, (at, change)): (ItemKey, (Timestamp, Change))) -> Option<StockRow> {
        Some(StockRow {
            item: key.item,
            sku: Arc::clone(&self.names.get(key)?.sku),
            standing: change.standing,
            at,
        })
    }

    fn publish_samples(&mut self) {
        let (commits, took) = std::mem::take(&mut self.commits);
        if !self.hub.measures() {
            return;
        }
        let commit_ms = took.as_secs_f64() * 1_000.0 / f64::from(commits.max(1));
        let now = self.hub.inner.clock.now();
        let watched: Vec<Arc<Topic>> = self
            .hub
            .topics()
            .values()
            .filter_map(|topics| topics.get(&TopicName::Metrics).cloned())
            .collect();
        for topic in watched {
            let mut sample = self.hub.inner.pulse.take(topic.key().org);
            sample.commit_ms = commit_ms;
            topic.publish(now, Data::Metrics(sample));
        }
        self.hub.wake_readers();
    }
}

/// What a command made an item cross.
fn crossings(change: &Change) -> impl Iterator<Item = AlertKind> + use<> {
    let is = change.standing;
    let low = match (change.was_low, is.is_low()) {
        (false, true) => Some(AlertKind::Low),
        (true, false) => Some(AlertKind::NoLongerLow),
        (true, true) | (false, false) => None,
    };
    let short = match (change.was_short, is.is_short()) {
        (false, true) => Some(AlertKind::Shortfall),
        (true, false) => Some(AlertKind::NoLongerShort),
        (true, true) | (false, false) => None,
    };
    low.into_iter().chain(short)
}
