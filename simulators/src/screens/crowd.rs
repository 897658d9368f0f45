//! The crowd: one thread, one epoll, and a state per screen.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use hdrhistogram::Histogram;
use mio::{Events, Interest, Poll, Token};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use super::frames;
use super::screen::{Phase, Screen, Word, word};
use super::viewer::{Viewer, learn};

const READ_BUFFER: usize = 256 * 1024;
const EVENTS: usize = 4_096;
/// Connections begun and not yet answered while everybody opens in turn.
const OPENING_AT_ONCE: usize = 256;
/// A screen that cannot open tries again after at most so much, twice as much each time.
const FIRST_BACK_OFF_MS: u64 = 500;
const LONGEST_BACK_OFF_MS: u64 = 20_000;
const OPEN_WITHIN: Duration = Duration::from_secs(120);

/// Who they are and what they follow.
#[derive(Clone, Debug)]
pub struct CrowdPlan {
    /// The hub.
    pub hub: SocketAddr,
    /// The sessions' cookies; screen `n` has the `n`th.
    pub cookies: Vec<String>,
    /// What they follow.
    pub topic: String,
    /// For the jitter.
    pub seed: u64,
}

/// What was heard during a time.
#[derive(Clone, Debug)]
pub struct Heard {
    /// How long.
    pub elapsed: Duration,
    /// Messages of the topic.
    pub deliveries: u64,
    /// From publishing to reading, microseconds.
    pub delay_us: Histogram<u64>,
    /// Numbers that were left out.
    pub gaps: u64,
    /// Sockets that the hub closed with 4008.
    pub slow_closed: u64,
    /// Sockets lost otherwise.
    pub lost: u64,
}

/// How everybody came back.
#[derive(Clone, Copy, Debug)]
pub struct Storm {
    /// Screens dropped at once.
    pub dropped: usize,
    /// Until 99 of 100 followed their topic again.
    pub back_99: Duration,
    /// Until all did.
    pub back_all: Duration,
    /// Tries that failed.
    pub failed_tries: u64,
}

/// The crowd could not be gathered.
#[derive(Debug, thiserror::Error)]
pub enum CrowdError {
    /// The system said no.
    #[error(transparent)]
    System(#[from] std::io::Error),
    /// The hub answered something else.
    #[error("the hub said {0:?}")]
    Unexpected(String),
    /// Not everybody could open.
    #[error("{0} screens follow their topic after two minutes")]
    NotOpen(usize),
}

/// Many screens.
pub struct Crowd {
    plan: CrowdPlan,
    viewers: Vec<Viewer>,
    screens: Vec<Screen>,
    poll: Poll,
    random: SmallRng,
    buffer: Vec<u8>,
    due: BinaryHeap<Reverse<(Instant, usize)>>,
    tries: Vec<u32>,
    opened: usize,
    following: usize,
    /// Whether a socket that opens follows its topic at once.
    is_eager: bool,
    heard: Heard,
    failed_tries: u64,
    /// The last time that was read, as text and as a number: all screens read the same.
    last_at: (Vec<u8>, u64),
}

impl Crowd {
    /// A crowd of which nobody is connected yet; learns what the sessions' writes must carry.
    ///
    /// # Errors
    /// When a session is not known to the hub.
    pub fn gather(plan: CrowdPlan) -> Result<Self, CrowdError> {
        let viewers = learn(plan.hub, &plan.cookies)?;
        Ok(Self {
            screens: viewers.iter().map(|_| Screen::away()).collect(),
            tries: vec![0; viewers.len()],
            viewers,
            poll: Poll::new()?,
            random: SmallRng::seed_from_u64(plan.seed),
            plan,
            buffer: vec![0; READ_BUFFER],
            due: BinaryHeap::new(),
            opened: 0,
            following: 0,
            is_eager: false,
            heard: Heard::nothing(),
            failed_tries: 0,
            last_at: (Vec::new(), 0),
        })
    }

    /// Opens the first `count` screens, a few hundred at a time; nobody follows anything yet.
    ///
    /// # Errors
    /// When not all can be opened.
    pub fn open(&mut self, count: usize) -> Result<Duration, CrowdError> {
        let started = Instant::now();
        let mut next = 0;
        let is_away = |crowd: &Self, n: usize| crowd.screens.get(n).is_some_and(|one| one.phase == Phase::Away);
        while self.opened < count {
            while next < count && next < self.opened + OPENING_AT_ONCE {
                if is_away(self, next) {
                    self.due.push(Reverse((started, next)));
                }
                next += 1;
            }
            self.turn(Duration::from_millis(20))?;
            if started.elapsed() > OPEN_WITHIN {
                return Err(CrowdError::NotOpen(self.opened));
            }
        }
        Ok(started.elapsed())
    }

    /// Everybody who is open follows the topic, and from now on whoever opens.
    ///
    /// # Errors
    /// When not all can.
    pub fn follow(&mut self) -> Result<(), CrowdError> {
        let started = Instant::now();
        self.is_eager = true;
        let subscribe = self.subscribe();
        for screen in self.screens.iter_mut().filter(|screen| screen.phase == Phase::Open) {
            screen.say(&subscribe);
        }
        while self.following < self.opened {
            self.turn(Duration::from_millis(20))?;
            if started.elapsed() > OPEN_WITHIN {
                return Err(CrowdError::NotOpen(self.following));
            }
        }
        Ok(())
    }

    fn subscribe(&self) -> String {
        format!("{{\"type\":\"subscribe\",\"topic\":\"{}\"}}", self.plan.topic)
    }

    /// Listens for so long and says what was heard since it last did.
    ///
    /// # Errors
    /// When the system says no.
    pub fn listen(&mut self, duration: Duration) -> Result<Heard, CrowdError> {
        let started = Instant::now();
        while started.elapsed() < duration {
            self.turn(Duration::from_millis(20))?;
        }
        let mut heard = std::mem::replace(&mut self.heard, Heard::nothing());
        heard.elapsed = started.elapsed();
        Ok(heard)
    }

    /// From now on the first `count` screens read nothing.
    pub fn stall(&mut self, count: usize) {
        self.screens
            .iter_mut()
            .take(count)
            .for_each(|screen| screen.is_stalled = true);
    }

    /// The stalled ones read again.
    ///
    /// # Errors
    /// When the system says no.
    pub fn wake(&mut self) -> Result<(), CrowdError> {
        let stalled: Vec<usize> = (0..self.screens.len())
            .filter(|n| self.screens.get(*n).is_some_and(|one| one.is_stalled))
            .collect();
        for n in stalled {
            if let Some(screen) = self.screens.get_mut(n) {
                screen.is_stalled = false;
            }
            self.hear(n)?;
        }
        Ok(())
    }

    /// Drops everybody at once and has everybody come back, each after its jitter.
    ///
    /// # Errors
    /// When not all come back.
    pub fn storm(&mut self) -> Result<Storm, CrowdError> {
        let dropped = self.following;
        for screen in &mut self.screens {
            screen.drop_dead();
        }
        let started = Instant::now();
        (self.opened, self.following, self.failed_tries) = (0, 0, 0);
        for n in 0..dropped {
            self.retry(n);
        }
        let mut back_99 = None;
        while self.following < dropped {
            self.turn(Duration::from_millis(5))?;
            if back_99.is_none() && self.following * 100 >= dropped * 99 {
                back_99 = Some(started.elapsed());
            }
            if started.elapsed() > OPEN_WITHIN {
                return Err(CrowdError::NotOpen(self.following));
            }
        }
        Ok(Storm {
            dropped,
            back_99: back_99.unwrap_or_else(|| started.elapsed()),
            back_all: started.elapsed(),
            failed_tries: self.failed_tries,
        })
    }

    /// One wait for the system, at most `longest`.
    fn turn(&mut self, longest: Duration) -> Result<(), CrowdError> {
        let now = Instant::now();
        while let Some(Reverse((when, n))) = self.due.peek().copied() {
            if when > now {
                break;
            }
            self.due.pop();
            self.dial(n)?;
        }
        let mut events = Events::with_capacity(EVENTS);
        match self.poll.poll(&mut events, Some(longest)) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            other => other?,
        }
        for event in &events {
            let n = event.token().0;
            if event.is_writable()
                && let Some(screen) = self.screens.get_mut(n)
            {
                screen.write();
            }
            if event.is_readable() || event.is_read_closed() || event.is_error() {
                self.hear(n)?;
            }
        }
        Ok(())
    }

    /// Begins to ask for a ticket.
    fn dial(&mut self, n: usize) -> Result<(), CrowdError> {
        let (Some(screen), Some(viewer)) = (self.screens.get_mut(n), self.viewers.get(n)) else {
            return Ok(());
        };
        let stream = screen.dial(self.plan.hub, n)?;
        let interest = Interest::READABLE | Interest::WRITABLE;
        self.poll.registry().register(stream, Token(n), interest)?;
        screen.ask(self.plan.hub, viewer);
        Ok(())
    }

    /// Tries again later: full jitter, twice as wide each time.
    fn retry(&mut self, n: usize) {
        let Some(tries) = self.tries.get_mut(n) else { return };
        let widest = (FIRST_BACK_OFF_MS << (*tries).min(10)).min(LONGEST_BACK_OFF_MS);
        *tries += 1;
        let wait = Duration::from_millis(self.random.random_range(0..=widest));
        self.due.push(Reverse((Instant::now() + wait, n)));
    }

    /// Reads until nothing is there.
    fn hear(&mut self, n: usize) -> Result<(), CrowdError> {
        let mut buffer = std::mem::take(&mut self.buffer);
        while let Some(screen) = self.screens.get_mut(n).filter(|screen| !screen.is_stalled) {
            let Some(count) = screen.read(&mut buffer) else { break };
            let bytes = buffer.get(..count).unwrap_or_default();
            let goes_on = if count == 0 {
                false
            } else if matches!(screen.phase, Phase::Open | Phase::Following) && screen.partial.is_empty() {
                let (used, goes_on) = self.frames(n, bytes);
                self.keep(n, bytes.get(used..).unwrap_or_default());
                goes_on
            } else {
                screen.partial.extend_from_slice(bytes);
                self.answer(n)?
            };
            if !goes_on {
                self.lost(n);
                break;
            }
            // A short read has emptied it; what comes later is another event.
            if count < READ_BUFFER / 2 {
                break;
            }
        }
        self.buffer = buffer;
        Ok(())
    }

    /// What to make of an answer that is being read; whether the connection goes on.
    fn answer(&mut self, n: usize) -> Result<bool, CrowdError> {
        let Some(screen) = self.screens.get_mut(n) else {
            return Ok(false);
        };
        match screen.phase {
            Phase::Away => Ok(false),
            Phase::Asking => {
                let Some(ticket) = screen.ticket() else { return Ok(true) };
                let stream = screen.dial(self.plan.hub, n)?;
                let interest = Interest::READABLE | Interest::WRITABLE;
                self.poll.registry().register(stream, Token(n), interest)?;
                screen.open(self.plan.hub, &ticket);
                Ok(true)
            }
            Phase::Opening => {
                let Some(rest) = frames::after(&screen.partial, b"\r\n\r\n") else {
                    return Ok(true);
                };
                if !screen.partial.starts_with(b"HTTP/1.1 101 ") {
                    return Ok(false);
                }
                screen.partial = rest.to_vec();
                screen.phase = Phase::Open;
                self.opened += 1;
                if self.is_eager {
                    let subscribe = self.subscribe();
                    self.screens
                        .get_mut(n)
                        .into_iter()
                        .for_each(|screen| screen.say(&subscribe));
                }
                Ok(self.held(n))
            }
            Phase::Open | Phase::Following => Ok(self.held(n)),
        }
    }

    /// Takes the frames that were held back.
    fn held(&mut self, n: usize) -> bool {
        let Some(screen) = self.screens.get_mut(n) else {
            return false;
        };
        let bytes = std::mem::take(&mut screen.partial);
        let (used, goes_on) = self.frames(n, &bytes);
        self.keep(n, bytes.get(used..).unwrap_or_default());
        goes_on
    }

    fn keep(&mut self, n: usize, rest: &[u8]) {
        if let Some(screen) = self.screens.get_mut(n).filter(|_| !rest.is_empty()) {
            screen.partial = rest.to_vec();
        }
    }

    /// Takes whole frames; how many bytes they were, and whether the connection goes on.
    fn frames(&mut self, n: usize, bytes: &[u8]) -> (usize, bool) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = u64::try_from(now.as_micros()).unwrap_or(u64::MAX);
        let mut used = 0;
        while let Some((opcode, payload, length)) = frames::first(bytes.get(used..).unwrap_or_default()) {
            used += length;
            let Some(screen) = self.screens.get_mut(n) else { break };
            match word(opcode, payload) {
                Word::Delta { from, seq, at } => {
                    self.heard.gaps += from.saturating_sub(screen.last_seq + 1);
                    screen.last_seq = seq;
                    self.heard.deliveries += 1;
                    let at = published(&mut self.last_at, at);
                    self.heard.delay_us.saturating_record(now.saturating_sub(at));
                }
                Word::Subscribed(seq) => {
                    if screen.phase != Phase::Following {
                        screen.phase = Phase::Following;
                        self.following += 1;
                    }
                    screen.last_seq = seq;
                    if let Some(tries) = self.tries.get_mut(n) {
                        *tries = 0;
                    }
                }
                Word::Ping(window) => screen.say(&format!("{{\"type\":\"ack\",\"window\":{window}}}")),
                Word::Close(code) => {
                    if code == 4008 {
                        self.heard.slow_closed += 1;
                    }
                    return (used, false);
                }
                Word::Other => {}
            }
        }
        (used, true)
    }

    /// A connection is over: one that never opened tries again.
    fn lost(&mut self, n: usize) {
        let Some(screen) = self.screens.get_mut(n) else { return };
        let was = screen.phase;
        screen.drop_dead();
        match was {
            Phase::Following => {
                self.opened -= 1;
                self.following -= 1;
                self.heard.lost += 1;
            }
            Phase::Asking | Phase::Opening | Phase::Open => {
                self.opened -= usize::from(was == Phase::Open);
                self.failed_tries += 1;
                self.retry(n);
            }
            Phase::Away => {}
        }
    }
}

impl Heard {
    fn nothing() -> Self {
        Self {
            elapsed: Duration::ZERO,
            deliveries: 0,
            delay_us: new_histogram(),
            gaps: 0,
            slow_closed: 0,
            lost: 0,
        }
    }
}

/// One microsecond to a minute, to one part in a thousand.
fn new_histogram() -> Histogram<u64> {
    let mut histogram = Histogram::new_with_max(60_000_000, 3);
    if histogram.is_err() {
        histogram = Histogram::new(1);
    }
    histogram.unwrap_or_else(|_| unreachable!("the bounds are constants"))
}

/// A time as text, read once for all screens that are told the same.
fn published(last: &mut (Vec<u8>, u64), at: &[u8]) -> u64 {
    let end = at.iter().position(|byte| *byte == b'"').unwrap_or(0);
    let text = at.get(..end).unwrap_or_default();
    if last.0 != text {
        *last = (text.to_vec(), frames::micros(text).unwrap_or(0));
    }
    last.1
}
