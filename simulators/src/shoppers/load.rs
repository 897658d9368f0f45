//! Many shoppers at once, each on a connection of its own, each sending its next request when the last one is answered.
//!
//! Called by `entrepot bench`, the demo and the crash tests. A run lives on threads of its own with runtimes of their own,
//! so it can be started from any async context without competing for the caller's event loop. It must never lose sight of
//! a request: each is told to its shopper as seen or lost, except one that was certainly not sent when the run ended.

use std::io;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::http::{Connection, RequestError};
use super::report::{Progress, Report, Tally, lock};
use super::request::RequestBuffer;

const DEFAULT_REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
const DEFAULT_PATIENCE: Duration = Duration::from_secs(30);
/// Waits between attempts to reach a server that is down; doubled from the first to the longest.
const FIRST_RETRY: Duration = Duration::from_millis(10);
const LONGEST_RETRY: Duration = Duration::from_millis(320);

/// One buyer at one connection. The calls alternate: one [`next`](Self::next), then `seen` or `lost`.
pub trait Shopper: Send + 'static {
    /// Writes the request to send now.
    fn next(&mut self, request: &mut RequestBuffer);

    /// The request was answered, in the warm-up too. `body` is valid during the call only.
    fn seen(&mut self, status: u16, body: &[u8]);

    /// The request was sent and not answered: it may have been executed or not. A shopper that must know sends it again
    /// with the same idempotency key.
    fn lost(&mut self);
}

impl<S: Shopper + ?Sized> Shopper for Box<S> {
    fn next(&mut self, request: &mut RequestBuffer) {
        (**self).next(request);
    }

    fn seen(&mut self, status: u16, body: &[u8]) {
        (**self).seen(status, body);
    }

    fn lost(&mut self) {
        (**self).lost();
    }
}

/// When a run ends. Requests on their way then are still waited for.
#[derive(Clone, Copy, Debug)]
pub enum Until {
    /// After so much time, not counting the warm-up.
    Elapsed(Duration),
    /// After so many requests, not counting those of the warm-up.
    Sent(u64),
    /// After whichever comes first.
    Either {
        /// As in [`Until::Elapsed`].
        elapsed: Duration,
        /// As in [`Until::Sent`].
        sent: u64,
    },
}

/// What to run against which server. Holds the bearer key, so it has no `Debug`.
pub struct Plan {
    /// The server.
    pub addr: SocketAddr,
    /// Sent with every request as `Authorization: Bearer`.
    pub bearer_key: String,
    /// When the run ends.
    pub until: Until,
    /// Runs before anything is counted. Connections are opened in it.
    pub warm_up: Duration,
    /// Each thread drives an equal share of the connections.
    pub threads: NonZeroUsize,
    /// A request without an answer for so long is lost.
    pub request_timeout: Duration,
    /// A shopper who cannot reach the server for so long goes home.
    pub patience: Duration,
    /// How long a shopper thinks between an answer and its next request, on average: evenly drawn from nothing to twice
    /// as long, so that shoppers answered together do not come back together.
    pub pause: Duration,
}

impl Plan {
    /// A plan for one thread, no warm-up and no pauses. Requests time out after 10 s, shoppers lose patience after 30 s.
    #[must_use]
    pub fn new(addr: SocketAddr, bearer_key: impl Into<String>, until: Until) -> Self {
        Self {
            addr,
            bearer_key: bearer_key.into(),
            until,
            warm_up: Duration::ZERO,
            threads: NonZeroUsize::MIN,
            request_timeout: DEFAULT_REQUEST_TIMEOUT,
            patience: DEFAULT_PATIENCE,
            pause: Duration::ZERO,
        }
    }
}

/// Why a run could not start or came to no result.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// No thread or event loop to be had.
    #[error("cannot start the load: {0}")]
    Start(#[from] io::Error),
    /// The histogram's bounds are constants; reported rather than assumed.
    #[error("cannot measure latencies: {0}")]
    Histogram(#[from] hdrhistogram::CreationError),
    /// A shopper panicked; its message went to standard error.
    #[error("a shopper panicked")]
    ShopperPanicked,
}

/// A run that is under way. Dropping it stops the run.
pub struct Load<S> {
    rules: Arc<Rules>,
    progress: Progress,
    threads: Vec<oneshot::Receiver<Driven<S>>>,
}

/// A shopper and its place in the order in which the caller gave them.
type Placed<S> = (usize, S);

/// What a thread hands back: its shoppers, and when the last one was done.
struct Driven<S> {
    share: Vec<Placed<S>>,
    ended_at: Instant,
}

/// What the connections of a run have in common.
struct Rules {
    addr: SocketAddr,
    bearer_key: String,
    request_timeout: Duration,
    patience: Duration,
    pause: Duration,
    measured_from: Instant,
    stop_at: Option<Instant>,
    /// Requests still to be sent, where the plan limits them.
    tickets: Option<AtomicU64>,
    is_stopped: AtomicBool,
}

/// Runs `plan`, one connection per shopper, and hands back the report and the shoppers in their order.
///
/// Dropping the future stops the run.
///
/// # Errors
/// See [`LoadError`]. An unreachable server is not an error but a number in the report.
pub async fn run<S: Shopper>(plan: Plan, shoppers: Vec<S>) -> Result<(Report, Vec<S>), LoadError> {
    start(plan, shoppers)?.finish().await
}

/// Starts `plan` and returns at once. The time of the plan runs from here.
///
/// # Errors
/// When there is no thread or event loop to be had.
pub fn start<S: Shopper>(plan: Plan, shoppers: Vec<S>) -> Result<Load<S>, LoadError> {
    let threads = plan.threads.get();
    let mut shares: Vec<Vec<Placed<S>>> = (0..threads).map(|_| Vec::new()).collect();
    for (place, shopper) in shoppers.into_iter().enumerate() {
        if let Some(share) = shares.get_mut(place % threads) {
            share.push((place, shopper));
        }
    }
    let mut load = Load {
        rules: Arc::new(Rules::of(plan)),
        progress: Progress::new(threads)?,
        threads: Vec::new(),
    };
    for (share, tally) in shares.into_iter().zip(load.progress.tallies()) {
        load.threads.push(spawn_thread(&load.rules, tally, share)?);
    }
    Ok(load)
}

impl<S: Shopper> Load<S> {
    /// What has been counted so far, to be read while the run goes on.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// Ends the run early: no further request is sent. [`finish`](Self::finish) then waits for those on their way.
    pub fn stop(&self) {
        self.rules.is_stopped.store(true, Relaxed);
    }

    /// Waits for the end of the run.
    ///
    /// # Errors
    /// When a shopper panicked.
    pub async fn finish(mut self) -> Result<(Report, Vec<S>), LoadError> {
        let from = self.rules.measured_from;
        let mut until = from;
        let mut placed = Vec::new();
        for thread in &mut self.threads {
            let mut driven = thread.await.map_err(|_| LoadError::ShopperPanicked)?;
            placed.append(&mut driven.share);
            until = until.max(driven.ended_at);
        }
        placed.sort_by_key(|(place, _)| *place);
        // Waiting for stragglers is not part of the run; without a time of its own it lasts until its last answer.
        let until = self.rules.stop_at.map_or(from, |stop_at| stop_at.min(until));
        Ok((
            self.progress.report(from, until),
            placed.into_iter().map(|(_, shopper)| shopper).collect(),
        ))
    }
}

impl<S> Drop for Load<S> {
    fn drop(&mut self) {
        self.rules.is_stopped.store(true, Relaxed);
    }
}

impl Rules {
    fn of(plan: Plan) -> Self {
        let measured_from = Instant::now() + plan.warm_up;
        let (elapsed, sent) = match plan.until {
            Until::Elapsed(elapsed) => (Some(elapsed), None),
            Until::Sent(sent) => (None, Some(sent)),
            Until::Either { elapsed, sent } => (Some(elapsed), Some(sent)),
        };
        Self {
            addr: plan.addr,
            bearer_key: plan.bearer_key,
            request_timeout: plan.request_timeout,
            patience: plan.patience,
            pause: plan.pause,
            measured_from,
            stop_at: elapsed.map(|elapsed| measured_from + elapsed),
            tickets: sent.map(AtomicU64::new),
            is_stopped: AtomicBool::new(false),
        }
    }

    fn is_over(&self, now: Instant) -> bool {
        self.is_stopped.load(Relaxed) || self.stop_at.is_some_and(|stop_at| now >= stop_at)
    }

    /// Whether another request may be sent, and if so, whether it is measured. Takes a ticket for a measured one.
    fn admit(&self, now: Instant) -> Option<IsMeasured> {
        if self.is_over(now) {
            return None;
        }
        if now < self.measured_from {
            return Some(IsMeasured(false));
        }
        if let Some(tickets) = &self.tickets {
            tickets
                .fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1))
                .ok()?;
        }
        Some(IsMeasured(true))
    }
}

/// False in the warm-up.
#[derive(Clone, Copy)]
struct IsMeasured(bool);

/// Starts a thread that drives `share` and sends it back when all are done. If one panics, it sends nothing and stops
/// the other threads.
fn spawn_thread<S: Shopper>(
    rules: &Arc<Rules>,
    tally: Arc<Mutex<Tally>>,
    share: Vec<Placed<S>>,
) -> io::Result<oneshot::Receiver<Driven<S>>> {
    let runtime = Builder::new_current_thread().enable_io().enable_time().build()?;
    let rules = Arc::clone(rules);
    let (done, receiver) = oneshot::channel();
    std::thread::Builder::new().name("shoppers".to_owned()).spawn(move || {
        let driven = runtime.block_on(drive(&rules, &tally, share));
        // Closes what is still open when a shopper panicked.
        drop(runtime);
        match driven {
            // Nobody waits for a run that was dropped.
            Some(driven) => drop(done.send(driven)),
            None => rules.is_stopped.store(true, Relaxed),
        }
    })?;
    Ok(receiver)
}

/// Drives one task per shopper to its end. `None` when one panicked.
async fn drive<S: Shopper>(rules: &Arc<Rules>, tally: &Arc<Mutex<Tally>>, share: Vec<Placed<S>>) -> Option<Driven<S>> {
    let mut visits = JoinSet::new();
    for (place, shopper) in share {
        let visit = Visit {
            rules: Arc::clone(rules),
            tally: Arc::clone(tally),
            shopper,
        };
        visits.spawn(async move { (place, visit.shop().await) });
    }
    let mut share = Vec::with_capacity(visits.len());
    while let Some(visit) = visits.join_next().await {
        share.push(visit.ok()?);
    }
    Some(Driven {
        share,
        ended_at: Instant::now(),
    })
}

/// One shopper from its first request to its last.
struct Visit<S> {
    rules: Arc<Rules>,
    tally: Arc<Mutex<Tally>>,
    shopper: S,
}

impl<S: Shopper> Visit<S> {
    async fn shop(mut self) -> S {
        let mut connection = Connection::new(self.rules.addr, self.rules.request_timeout);
        let mut request = RequestBuffer::new(self.rules.addr, &self.rules.bearer_key);
        let mut now = Instant::now();
        while let Some(measured) = self.rules.admit(now) {
            self.shopper.next(&mut request);
            let Some(settled_at) = self.settle(&mut connection, &request, measured).await else {
                break;
            };
            now = settled_at;
            if !self.rules.pause.is_zero() {
                tokio::time::sleep(rand::random_range(Duration::ZERO..self.rules.pause * 2)).await;
                now = Instant::now();
            }
        }
        self.shopper
    }

    /// Sends a request until it is answered or lost, and returns when that was. `None` when it could not be sent at all.
    async fn settle(
        &mut self,
        connection: &mut Connection,
        request: &RequestBuffer,
        IsMeasured(is_measured): IsMeasured,
    ) -> Option<Instant> {
        let mut outage = Outage::default();
        loop {
            match connection.exchange(request.as_bytes()).await {
                Ok(answer) => {
                    if is_measured {
                        lock(&self.tally).answered(answer.status, answer.latency, answer.answered_at);
                    }
                    self.shopper.seen(answer.status, answer.body);
                    return Some(answer.answered_at);
                }
                Err(RequestError::InDoubt(_)) => {
                    lock(&self.tally).lost += u64::from(is_measured);
                    self.shopper.lost();
                    return Some(Instant::now());
                }
                Err(RequestError::Connect { .. } | RequestError::NotSent(_)) => {
                    lock(&self.tally).connect_errors += u64::from(is_measured);
                }
            }
            let now = Instant::now();
            if self.rules.is_over(now) {
                return None;
            }
            let Some(pause) = outage.next_pause(now, self.rules.patience) else {
                lock(&self.tally).gave_up += 1;
                return None;
            };
            tokio::time::sleep(pause).await;
        }
    }
}

/// How long the server has been out of reach for one shopper.
#[derive(Default)]
struct Outage {
    since: Option<Instant>,
    pause: Duration,
}

impl Outage {
    /// How long to wait before the next attempt; `None` when the outage has lasted longer than `patience`.
    fn next_pause(&mut self, now: Instant, patience: Duration) -> Option<Duration> {
        let since = *self.since.get_or_insert(now);
        self.pause = (self.pause * 2).clamp(FIRST_RETRY, LONGEST_RETRY);
        (now - since < patience).then_some(self.pause)
    }
}
