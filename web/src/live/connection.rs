//! One open socket: what it follows, from which place on, and how much is under way.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use actors::live::{Data, Place, Since, Topic, TopicKey, TopicName};
use bytes::Bytes;
use domain::access::Permission;

use super::census::Seat;
use super::fan::{Chunk, encoded};
use super::messages::{
    DataView, Delta, FromClient, FromHub, Problem, Reconnect, ReconnectMs, Subscribe, Subscribed, Welcome,
    Window as Asked, epoch_word, parse_epoch,
};
use super::metrics::CloseLabel;
use super::socket::{Heard, Hears, Socket};
use super::window::Window;
use super::wire;
use super::worker::{Verdict, Worker};

/// Topics of one socket.
const MOST_TOPICS: usize = 64;
/// Messages of a client in one second.
const MOST_A_SECOND: u32 = 100;
/// Messages that are none, before patience ends.
const MOST_MALFORMED: u32 = 20;
/// A ping comes at least so often.
const PING_EVERY: Duration = Duration::from_secs(25);
/// A ping is answered by then.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// A full window is answered by then.
const FULL_AT_MOST: Duration = Duration::from_secs(10);
/// The other side agrees to close by then.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);
/// What a client is told to wait before opening again.
const RECONNECT_MS: ReconnectMs = ReconnectMs { min: 500, max: 20_000 };

/// Why the hub closes a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closing {
    Stopping,
    Binary,
    Misuse(&'static str),
    SignedOut,
    RightsChanged,
    TooSlow(&'static str),
    TooMany,
}

impl Closing {
    fn code_and_reason(self) -> (u16, &'static str) {
        match self {
            Self::Stopping => (1001, "the hub stops"),
            Self::Binary => (1003, "only text is taken"),
            Self::Misuse(how) => (1008, how),
            Self::SignedOut => (4001, "the session ended"),
            Self::RightsChanged => (4003, "what the session may do has changed"),
            Self::TooSlow(how) => (4008, how),
            Self::TooMany => (4029, "too many sockets are open"),
        }
    }
}

/// One open socket.
pub(super) struct Connection {
    socket: Socket,
    worker: Rc<Worker>,
    /// None for one that is told at once that there are too many.
    seat: Option<Seat>,
    /// Where it stands among its thread's.
    pub(super) index: Cell<usize>,
    state: RefCell<State>,
}

struct State {
    follows: Vec<Follows>,
    window: Window,
    closing_since: Option<Duration>,
    heard_this_second: u32,
    malformed: u32,
}

/// A topic, and the last number of it that was sent.
struct Follows {
    topic: Arc<Topic>,
    place: Place,
}

impl Connection {
    pub(super) fn new(worker: Rc<Worker>, stream: TcpStream, seat: Option<Seat>) -> Self {
        let now = worker.now();
        Self {
            socket: Socket::new(stream, worker.largest_message()),
            worker,
            seat,
            index: Cell::new(usize::MAX),
            state: RefCell::new(State {
                follows: Vec::new(),
                window: Window::new(now),
                closing_since: None,
                heard_this_second: 0,
                malformed: 0,
            }),
        }
    }

    pub(super) fn greet(&self) {
        if self.seat.is_none() {
            // Not welcome: a client that was welcomed comes back at once.
            self.close(Closing::TooMany);
            return;
        }
        self.say(&FromHub::Welcome(Welcome {
            protocol: 1,
            at: self.worker.time(),
            reconnect_ms: RECONNECT_MS,
            ping_every_s: PING_EVERY.as_secs(),
        }));
    }

    /// Closes it, for a reason. What it holds is let go when the other side agrees, or does not in time.
    pub(super) fn close(&self, why: Closing) {
        if !self.socket.is_open() {
            return;
        }
        let (code, reason) = why.code_and_reason();
        let metrics = &self.worker.live().metrics;
        metrics.closes.get_or_create(&CloseLabel { code: code.into() }).inc();
        if matches!(why, Closing::TooSlow(_)) {
            metrics.slow_closes.inc();
        }
        self.state.borrow_mut().closing_since = Some(self.worker.now());
        self.socket.close(code, reason);
    }

    /// Says that the hub stops.
    pub(super) fn stop(&self, after_ms: u64) {
        self.say(&FromHub::Reconnect(Reconnect { after_ms }));
        self.close(Closing::Stopping);
    }

    /// Closes it if its session ended or may do something else now.
    pub(super) fn check(&self, verdict: Verdict) {
        let Some(seat) = &self.seat else { return };
        match verdict {
            Verdict::Ended => self.close(Closing::SignedOut),
            Verdict::May(rights) if rights != Some(seat.holder().rights) => self.close(Closing::RightsChanged),
            Verdict::May(_) => {}
        }
    }

    pub(super) fn seat(&self) -> Option<&Seat> {
        self.seat.as_ref()
    }

    /// Once a second.
    pub(super) fn look_after(&self, now: Duration) {
        let mut state = self.state.borrow_mut();
        state.heard_this_second = 0;
        if !self.socket.is_open() {
            let since = *state.closing_since.get_or_insert(now);
            if now.saturating_sub(since) >= CLOSE_WITHIN {
                self.socket.cut();
            }
            return;
        }
        let is_stuck = state.window.full_for(now) >= FULL_AT_MOST;
        let is_silent = state.window.unanswered_for(now) >= ANSWER_WITHIN;
        let is_due = state.window.quiet_for(now) >= PING_EVERY;
        drop(state);
        if is_stuck {
            self.close(Closing::TooSlow("the window is full"));
        } else if is_silent {
            self.close(Closing::TooSlow("a ping was not answered"));
        } else if is_due {
            self.ping();
        }
    }

    /// A chunk of a topic, for a socket that is where the chunk begins; others catch up by themselves.
    pub(super) fn offer(&self, topic: &Arc<Topic>, chunk: &Chunk) {
        let mut state = self.state.borrow_mut();
        let State { follows, window, .. } = &mut *state;
        let Some(follows) = follows.iter_mut().find(|one| Arc::ptr_eq(&one.topic, topic)) else {
            return;
        };
        if follows.place != chunk.after || window.room() < chunk.messages {
            drop(state);
            self.catch_up(topic);
            return;
        }
        follows.place = chunk.until;
        drop(state);
        self.deliver(chunk);
    }

    /// Follows a topic into its new epoch.
    pub(super) fn begin_anew(&self, topic: &Arc<Topic>) {
        let newest = topic.newest();
        let head = topic.head();
        if let Some(follows) = self.state.borrow_mut().follow(topic) {
            follows.place = head;
        }
        let name = topic.key().name;
        let snapshot = newest.as_ref().filter(|_| name == TopicName::Metrics);
        self.say(&FromHub::Subscribed(Subscribed {
            topic: &name.to_string(),
            epoch: epoch_word(head.epoch),
            seq: head.seq,
            recovered: false,
            missed: None,
            snapshot: Some(snapshot.map(|entry| DataView::of(&entry.data))),
        }));
    }

    /// Sends what was missed of a topic, as far as the window allows.
    fn catch_up(&self, topic: &Arc<Topic>) {
        while self.socket.is_open() {
            let mut state = self.state.borrow_mut();
            let Some(place) = state.follow(topic).map(|follows| follows.place) else {
                return;
            };
            let room = state.window.room();
            if room == 0 {
                if place != topic.head() {
                    state.window.note_full(self.worker.now());
                }
                return;
            }
            drop(state);
            let is_conflated = topic.key().name.is_conflated();
            let limit = if is_conflated { usize::MAX } else { room };
            match topic.since(place, limit) {
                Since::Messages(entries) if entries.is_empty() => return,
                Since::Messages(entries) if is_conflated && entries.len() > 1 => {
                    let Some(chunk) = self.conflated(topic, place, &entries) else {
                        self.begin_anew(topic);
                        return;
                    };
                    self.advance(topic, &chunk);
                }
                Since::Messages(entries) => self.advance(topic, &Chunk::of(topic, place, &entries)),
                Since::Gone if is_conflated || topic.head().epoch != place.epoch => {
                    self.begin_anew(topic);
                    return;
                }
                Since::Gone => self.close(Closing::TooSlow("what was missed is gone")),
            }
        }
    }

    /// Several messages as one. `None`: loading anew is cheaper.
    fn conflated(&self, topic: &Topic, after: Place, entries: &[Arc<actors::live::Entry>]) -> Option<Chunk> {
        let last = entries.last()?;
        let data = Data::conflate(entries.iter().map(|entry| &entry.data))?;
        let name = topic.key().name.to_string();
        let delta = FromHub::Delta(Delta {
            topic: &name,
            from: after.seq + 1,
            seq: last.seq,
            at: last.at,
            data: DataView::of(&data),
        });
        self.worker.live().metrics.conflations.inc();
        Some(Chunk {
            after,
            until: Place { seq: last.seq, ..after },
            messages: 1,
            frames: Bytes::from(wire::text(&delta.text())),
        })
    }

    fn advance(&self, topic: &Arc<Topic>, chunk: &Chunk) {
        if let Some(follows) = self.state.borrow_mut().follow(topic) {
            follows.place = chunk.until;
        }
        self.deliver(chunk);
    }

    fn deliver(&self, chunk: &Chunk) {
        self.socket.send(&chunk.frames);
        self.worker.count_deliveries(chunk.messages);
        let is_ping_due = self.state.borrow_mut().window.sent(chunk.messages, chunk.frames.len());
        if is_ping_due {
            self.ping();
        }
    }

    fn ping(&self) {
        let window = self.state.borrow_mut().window.ask(self.worker.now());
        self.say(&FromHub::Ping(Asked { window }));
    }

    fn say(&self, message: &FromHub<'_>) {
        self.socket.send(&encoded(message));
    }

    fn say_problem(&self, code: &'static str, topic: Option<&str>, detail: impl Into<String>) {
        self.say(&FromHub::Problem(Problem {
            code,
            topic,
            detail: detail.into(),
        }));
    }

    fn hear_text(self: &Rc<Self>, text: &str) {
        let mut state = self.state.borrow_mut();
        state.heard_this_second += 1;
        if state.heard_this_second > MOST_A_SECOND {
            drop(state);
            self.close(Closing::Misuse("more messages a second than are taken"));
            return;
        }
        drop(state);
        match serde_json::from_str(text) {
            Ok(FromClient::Ack(Asked { window })) => self.answered(window),
            Ok(FromClient::Subscribe(subscribe)) => self.subscribe(&subscribe),
            Ok(FromClient::Unsubscribe(unsubscribe)) => {
                if let Some(name) = TopicName::parse(&unsubscribe.topic) {
                    self.unsubscribe(name);
                }
            }
            Err(_) => self.hear_nonsense(text.len()),
        }
    }

    fn hear_nonsense(&self, bytes: usize) {
        let mut state = self.state.borrow_mut();
        state.malformed += 1;
        let is_enough = state.malformed > MOST_MALFORMED;
        drop(state);
        if is_enough {
            self.close(Closing::Misuse("too many messages that are none"));
        } else {
            let detail = format!("{bytes} bytes are not one of the messages of docs/live.md");
            self.say_problem("malformed", None, detail);
        }
    }

    fn answered(&self, window: u32) {
        let mut state = self.state.borrow_mut();
        state.window.answered(window);
        let topics: Vec<Arc<Topic>> = state.follows.iter().map(|follows| Arc::clone(&follows.topic)).collect();
        drop(state);
        topics.iter().for_each(|topic| self.catch_up(topic));
    }

    fn subscribe(self: &Rc<Self>, asked: &Subscribe) {
        let Some(seat) = &self.seat else { return };
        let place = match (&asked.epoch, asked.seq) {
            (None, None) => None,
            // An epoch that is none of ours is an old one.
            (Some(epoch), Some(seq)) => parse_epoch(epoch).map(|epoch| Place { epoch, seq }),
            _ => return self.say_problem("malformed", Some(&asked.topic), "epoch and seq: both or neither"),
        };
        let Some(name) = TopicName::parse(&asked.topic).filter(|name| self.worker.live().has_topic(*name)) else {
            return self.say_problem("unknown_topic", Some(&asked.topic), "there is no such topic");
        };
        let rights = &seat.holder().rights;
        if !rights.permissions().has(Permission::ReadStock) {
            let detail = format!("needs {}", Permission::ReadStock.word());
            return self.say_problem("forbidden", Some(&asked.topic), detail);
        }
        let key = TopicKey { org: rights.org, name };
        if let TopicName::Item(item) = name
            && !self.worker.live().hub.knows(key)
        {
            let (connection, worker) = (Rc::clone(self), Rc::clone(&self.worker));
            actix_web::rt::spawn(async move {
                let exists = worker.item_exists(key.org, item).await;
                connection.follow_item(key, place, exists);
            });
        } else {
            self.follow(key, place);
        }
    }

    fn follow_item(self: &Rc<Self>, key: TopicKey, place: Option<Place>, exists: bool) {
        if !self.socket.is_open() {
            return;
        }
        if exists {
            self.follow(key, place);
        } else {
            let topic = key.name.to_string();
            self.say_problem("not_found", Some(&topic), "there is no such item here");
        }
    }

    fn follow(self: &Rc<Self>, key: TopicKey, place: Option<Place>) {
        let word = key.name.to_string();
        let known = self.state.borrow().find(key.name);
        let topic = match known {
            Some(topic) => topic,
            None if self.state.borrow().follows.len() >= MOST_TOPICS => {
                return self.say_problem("too_many_topics", Some(&word), format!("{MOST_TOPICS} at most"));
            }
            None => {
                let Ok(topic) = self.worker.live().hub.watch(key) else {
                    return self.say_problem("too_many_topics", Some(&word), "the organization follows too many");
                };
                let follows = Follows {
                    topic: Arc::clone(&topic),
                    place: topic.head(),
                };
                self.state.borrow_mut().follows.push(follows);
                self.worker.join(&topic, self);
                topic
            }
        };
        match place.and_then(|place| Some((place, recoverable(&topic, place)?))) {
            None => self.begin_anew(&topic),
            Some((place, missed)) => {
                if let Some(follows) = self.state.borrow_mut().follow(&topic) {
                    follows.place = place;
                }
                self.say(&FromHub::Subscribed(Subscribed {
                    topic: &word,
                    epoch: epoch_word(place.epoch),
                    seq: place.seq + missed,
                    recovered: true,
                    missed: Some(missed),
                    snapshot: None,
                }));
                self.catch_up(&topic);
            }
        }
    }

    fn unsubscribe(self: &Rc<Self>, name: TopicName) {
        let mut state = self.state.borrow_mut();
        let at = state
            .follows
            .iter()
            .position(|follows| follows.topic.key().name == name);
        let Some(at) = at else { return };
        let Follows { topic, .. } = state.follows.swap_remove(at);
        drop(state);
        self.leave(&topic);
    }

    fn leave(self: &Rc<Self>, topic: &Arc<Topic>) {
        self.worker.part(topic, self);
        self.worker.live().hub.leave(topic);
    }
}

/// How many messages since the place, if all of them can still be told.
fn recoverable(topic: &Topic, place: Place) -> Option<u64> {
    match topic.since(place, usize::MAX) {
        Since::Messages(entries) => {
            let is_one = !topic.key().name.is_conflated() || entries.len() < 2;
            let fits = is_one || Data::conflate(entries.iter().map(|entry| &entry.data)).is_some();
            fits.then_some(entries.len() as u64)
        }
        Since::Gone => None,
    }
}

impl State {
    fn find(&self, name: TopicName) -> Option<Arc<Topic>> {
        let follows = self.follows.iter().find(|follows| follows.topic.key().name == name)?;
        Some(Arc::clone(&follows.topic))
    }

    fn follow(&mut self, topic: &Arc<Topic>) -> Option<&mut Follows> {
        self.follows
            .iter_mut()
            .find(|follows| Arc::ptr_eq(&follows.topic, topic))
    }
}

impl Hears for Connection {
    fn socket(&self) -> &Socket {
        &self.socket
    }

    fn buffer(&self) -> &RefCell<Vec<u8>> {
        self.worker.buffer()
    }

    fn heard(self: &Rc<Self>, heard: Heard) {
        match heard {
            Heard::Text(text) => self.hear_text(&text),
            Heard::Binary => self.close(Closing::Binary),
        }
    }

    fn gone(self: &Rc<Self>) {
        self.socket.cut();
        let follows = std::mem::take(&mut self.state.borrow_mut().follows);
        follows.iter().for_each(|follows| self.leave(&follows.topic));
        self.worker.forget(self);
    }
}
