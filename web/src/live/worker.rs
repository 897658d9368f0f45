//! The sockets of one serving thread: they live where they were accepted, and one task reads the topics for all of them.
//! Nothing is queued between the hub and here: the task is woken and reads on from where it was.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use actors::live::{Place, Since, Topic, TopicKey};
use domain::ids::{ItemId, OrgId, SessionId};
use jiff::Timestamp;
use storage::inventory_items;
use tokio::sync::Notify;
use tracing::warn;

use super::Live;
use super::census::Seat;
use super::connection::Connection;
use super::fan::{Chunk, MOST_MESSAGES};
use super::socket::Drive;
use super::tickets::Rights;

/// How often sockets are looked after, and pings fall due.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// What a socket's bytes are read into, for all sockets of the thread.
const READ_BUFFER: usize = 64 * 1024;

/// What has become of a session that sockets were opened with.
#[derive(Clone, Copy, Debug)]
pub(super) enum Verdict {
    /// It is over.
    Ended,
    /// What it may do; none when it acts for no organization any more.
    May(Option<Rights>),
}

/// What a thread is told.
pub(super) enum Order {
    /// What has become of sessions. Those that are not named are not known.
    Check(Arc<HashMap<SessionId, Verdict>>),
    /// Say that the hub stops, spread over so many milliseconds, and close.
    Stop {
        /// When everybody should be back.
        within_ms: u64,
    },
}

/// How others reach a thread.
#[derive(Default)]
pub(super) struct Door {
    wake: Arc<Notify>,
    orders: Mutex<Vec<Order>>,
}

impl Door {
    pub(super) fn tell(&self, order: Order) {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner).push(order);
        self.wake.notify_one();
    }

    fn take_orders(&self) -> Vec<Order> {
        std::mem::take(&mut *self.orders.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The sockets of one thread.
pub(super) struct Worker {
    live: Arc<Live>,
    door: Arc<Door>,
    connections: RefCell<Vec<Rc<Connection>>>,
    topics: RefCell<HashMap<TopicKey, Followed>>,
    buffer: RefCell<Vec<u8>>,
    deliveries: Cell<u64>,
}

/// A topic that sockets of this thread follow.
struct Followed {
    topic: Arc<Topic>,
    /// [`Topic::changes`] when it was last read.
    seen: Option<u64>,
    /// Read up to here.
    place: Place,
    by: Vec<Rc<Connection>>,
}

impl Worker {
    /// Starts the calling thread's task.
    pub(super) fn start(live: Arc<Live>) -> Rc<Self> {
        let door = Arc::new(Door::default());
        live.hub.add_reader(Arc::clone(&door.wake));
        live.add_door(Arc::clone(&door));
        let worker = Rc::new(Self {
            live,
            door,
            connections: RefCell::default(),
            topics: RefCell::default(),
            buffer: RefCell::new(vec![0; READ_BUFFER]),
            deliveries: Cell::new(0),
        });
        actix_web::rt::spawn(Rc::clone(&worker).run());
        worker
    }

    async fn run(self: Rc<Self>) {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        loop {
            tokio::select! {
                () = self.door.wake.notified() => {}
                _ = looks.tick() => self.look_after(),
            }
            self.door.take_orders().into_iter().for_each(|order| self.obey(&order));
            self.fan_out();
        }
    }

    /// Takes a connection over, with what came after its request.
    pub(super) fn adopt(self: &Rc<Self>, stream: TcpStream, first: Vec<u8>, seat: Option<Seat>) {
        let connection = Rc::new(Connection::new(Rc::clone(self), stream, seat));
        let mut connections = self.connections.borrow_mut();
        connection.index.set(connections.len());
        connections.push(Rc::clone(&connection));
        drop(connections);
        connection.greet();
        actix_web::rt::spawn(Drive::new(connection, first));
    }

    /// Lets a connection go.
    pub(super) fn forget(&self, connection: &Connection) {
        let mut connections = self.connections.borrow_mut();
        let index = connection.index.get();
        if index < connections.len() {
            connections.swap_remove(index);
        }
        if let Some(moved) = connections.get(index) {
            moved.index.set(index);
        }
    }

    /// Has a connection hear of a topic.
    pub(super) fn join(&self, topic: &Arc<Topic>, connection: &Rc<Connection>) {
        let mut topics = self.topics.borrow_mut();
        let followed = topics.entry(topic.key()).or_insert_with(|| Followed {
            topic: Arc::clone(topic),
            seen: None,
            place: topic.head(),
            by: Vec::new(),
        });
        // A topic that nobody watched for long was made anew; those who follow it now follow this one.
        if !Arc::ptr_eq(&followed.topic, topic) {
            (followed.topic, followed.seen, followed.place) = (Arc::clone(topic), None, topic.head());
        }
        followed.by.push(Rc::clone(connection));
    }

    /// Has it hear no more.
    pub(super) fn part(&self, topic: &Arc<Topic>, connection: &Rc<Connection>) {
        let mut topics = self.topics.borrow_mut();
        let Some(followed) = topics.get_mut(&topic.key()) else {
            return;
        };
        if let Some(at) = followed.by.iter().position(|one| Rc::ptr_eq(one, connection)) {
            followed.by.swap_remove(at);
        }
        if followed.by.is_empty() {
            topics.remove(&topic.key());
        }
    }

    /// Whether the organization has such an item.
    pub(super) async fn item_exists(&self, org: OrgId, item: ItemId) -> bool {
        let found = async {
            let tx = self.live.tenants.begin(org).await?;
            let found = inventory_items::find(&tx, item).await?;
            tx.commit().await?;
            Ok::<_, storage::StorageError>(found.is_some())
        };
        found.await.unwrap_or_else(|error| {
            warn!(%error, "an item cannot be looked up for a live topic");
            false
        })
    }

    pub(super) fn live(&self) -> &Live {
        &self.live
    }

    pub(super) fn buffer(&self) -> &RefCell<Vec<u8>> {
        &self.buffer
    }

    pub(super) fn now(&self) -> Duration {
        self.live.hub.uptime()
    }

    pub(super) fn time(&self) -> Timestamp {
        self.live.clock.now()
    }

    pub(super) fn largest_message(&self) -> usize {
        self.live.settings.largest_message
    }

    /// Counts messages that were handed to sockets; written down once per round.
    pub(super) fn count_deliveries(&self, messages: usize) {
        self.deliveries.set(self.deliveries.get() + messages as u64);
    }

    fn look_after(&self) {
        let now = self.now();
        for connection in self.connections.borrow().iter() {
            connection.look_after(now);
        }
    }

    fn obey(&self, order: &Order) {
        let connections = self.connections.borrow();
        match order {
            Order::Check(sessions) => {
                for connection in connections.iter() {
                    let session = connection.seat().map(|seat| seat.holder().session);
                    if let Some(verdict) = session.and_then(|session| sessions.get(&session)) {
                        connection.check(*verdict);
                    }
                }
            }
            Order::Stop { within_ms } => {
                let count = connections.len().max(1) as u64;
                for (n, connection) in (0_u64..).zip(connections.iter()) {
                    connection.stop(500 + n * within_ms / count);
                }
            }
        }
    }

    /// Reads every topic that has something new, and hands it on.
    fn fan_out(&self) {
        let mut topics = self.topics.borrow_mut();
        for followed in topics.values_mut() {
            let changes = followed.topic.changes();
            if followed.seen != Some(changes) {
                followed.seen = Some(changes);
                followed.hand_on();
            }
        }
        drop(topics);
        let deliveries = self.deliveries.take();
        if deliveries > 0 {
            self.live.metrics.deliveries.inc_by(deliveries);
        }
    }
}

impl Followed {
    fn hand_on(&mut self) {
        loop {
            match self.topic.since(self.place, MOST_MESSAGES) {
                Since::Messages(entries) if entries.is_empty() => return,
                Since::Messages(entries) => {
                    let chunk = Chunk::of(&self.topic, self.place, &entries);
                    self.place = chunk.until;
                    self.by
                        .iter()
                        .for_each(|connection| connection.offer(&self.topic, &chunk));
                }
                Since::Gone => {
                    self.place = self.topic.head();
                    self.by.iter().for_each(|connection| connection.begin_anew(&self.topic));
                }
            }
        }
    }
}
