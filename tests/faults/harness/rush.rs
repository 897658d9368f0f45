//! Buyers: each on a connection of its own, one request after the other, every one kept with what was heard.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use actors::clock::{Clock, SystemClock, stopwatch};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};
use simulators::shoppers::http::Connection;
use simulators::shoppers::{Method, Request, RequestBuffer};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::home::API_KEY;

const CHECKOUTS: &str = "/api/v1/checkouts";
/// Between tries when the hub cannot serve: what `Retry-After` is there for, shortened.
const BREATH: Duration = Duration::from_millis(10);

/// What buyers may want.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shelf {
    /// Items that do not run out.
    pub(crate) plenty: Vec<Uuid>,
    /// Items of which there are few, wanted one time in eight.
    pub(crate) scarce: Vec<Uuid>,
}

/// Who buys what, where.
#[derive(Clone)]
pub(crate) struct RushPlan {
    pub(crate) address: SocketAddr,
    pub(crate) shelf: Arc<Shelf>,
    pub(crate) buyers: usize,
    pub(crate) seed: u64,
    /// Whether a buyer who gets no answer goes home, or tries again with something else.
    pub(crate) is_easily_put_off: bool,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// A basket: items with quantities.
    Reserve(Vec<(Uuid, i64)>),
    /// The confirmation of a checkout of so many lines.
    Confirm(Uuid, usize),
    /// Its release.
    Release(Uuid, usize),
}

/// What was answered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heard {
    /// 0: nothing.
    pub(crate) status: u16,
    /// The problem's code, if it is one.
    pub(crate) code: String,
    pub(crate) body: Vec<u8>,
    pub(crate) retry_after: Option<Duration>,
}

/// One request with its fate.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) key: Uuid,
    pub(crate) deed: Deed,
    pub(crate) sent_at: Instant,
    pub(crate) took: Duration,
    pub(crate) heard: Heard,
}

impl Heard {
    /// Acknowledged: this must be in the journal, once.
    pub(crate) fn is_yes(&self) -> bool {
        matches!(self.status, 200 | 201)
    }

    /// A refusal.
    pub(crate) fn is_no(&self) -> bool {
        (400..500).contains(&self.status)
    }

    /// Certainly not done, says the hub; ask again.
    pub(crate) fn is_denied(&self) -> bool {
        self.status == 503 && matches!(self.code.as_str(), "busy" | "unavailable")
    }
}

impl Record {
    pub(crate) fn path(&self) -> String {
        match &self.deed {
            Deed::Reserve(_) => CHECKOUTS.to_owned(),
            Deed::Confirm(checkout, _) => format!("{CHECKOUTS}/{checkout}/confirm"),
            Deed::Release(checkout, _) => format!("{CHECKOUTS}/{checkout}/release"),
        }
    }

    pub(crate) fn body(&self) -> Vec<u8> {
        let Deed::Reserve(lines) = &self.deed else {
            return Vec::new();
        };
        let lines: Vec<Value> = lines
            .iter()
            .map(|(item, quantity)| json!({ "item_id": item, "quantity": quantity }))
            .collect();
        json!({ "lines": lines }).to_string().into_bytes()
    }

    /// Whether only one item is concerned, so that it happened wholly or not at all.
    pub(crate) fn is_single(&self) -> bool {
        matches!(&self.deed, Deed::Reserve(lines) if lines.len() == 1)
    }
}

/// A rush under way.
pub(crate) struct Rush {
    buyers: JoinSet<Vec<Record>>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    is_over: AtomicBool,
    yes: AtomicU64,
    denied: AtomicU64,
    differing: AtomicU64,
}

impl Rush {
    pub(crate) fn start(plan: &RushPlan) -> Self {
        let shared = Arc::new(Shared::default());
        let mut buyers = JoinSet::new();
        for n in 0..plan.buyers {
            let buyer = Buyer {
                connection: Connection::new(plan.address, Duration::from_secs(10)),
                request: RequestBuffer::new(plan.address, API_KEY),
                random: StdRng::seed_from_u64(plan.seed.wrapping_add(n as u64)),
                is_easily_put_off: plan.is_easily_put_off,
                shelf: Arc::clone(&plan.shelf),
                shared: Arc::clone(&shared),
                done: Vec::new(),
                closed: 0,
            };
            buyers.spawn(buyer.buy());
        }
        Self { buyers, shared }
    }

    /// Acknowledged requests so far.
    pub(crate) fn yes(&self) -> u64 {
        self.shared.yes.load(Ordering::Relaxed)
    }

    /// 503s so far.
    pub(crate) fn denied(&self) -> u64 {
        self.shared.denied.load(Ordering::Relaxed)
    }

    /// Repeats during the rush that were answered with another body than the first time.
    pub(crate) fn differing(&self) -> u64 {
        self.shared.differing.load(Ordering::Relaxed)
    }

    /// Sends nothing more, waits for what is on its way, and hands everything over.
    pub(crate) async fn finish(mut self) -> Vec<Record> {
        self.shared.is_over.store(true, Ordering::Relaxed);
        let mut all = Vec::new();
        while let Some(records) = self.buyers.join_next().await {
            all.append(&mut records.expect("a buyer"));
        }
        assert_eq!(self.differing(), 0, "a repeated request was answered differently");
        all
    }
}

struct Buyer {
    connection: Connection,
    request: RequestBuffer,
    random: StdRng,
    shelf: Arc<Shelf>,
    shared: Arc<Shared>,
    done: Vec<Record>,
    is_easily_put_off: bool,
    /// Checkouts before this index were confirmed, released or passed over.
    closed: usize,
}

impl Buyer {
    async fn buy(mut self) -> Vec<Record> {
        let mut breaths = tokio::time::interval(BREATH);
        breaths.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while !self.shared.is_over.load(Ordering::Relaxed) {
            let dice = self.random.random_range(0..100);
            let status = match dice {
                0..4 => self.repeat().await,
                4..12 => self.close().await,
                _ => {
                    let deed = self.basket(dice);
                    self.ask(deed).await
                }
            };
            if status == Some(0) && self.is_easily_put_off {
                break;
            }
            if matches!(status, Some(0 | 503)) {
                breaths.reset();
                breaths.tick().await;
            }
        }
        self.done
    }

    /// Something new to reserve.
    fn basket(&mut self, dice: u32) -> Deed {
        let lines = if dice < 22 { 2 + dice as usize % 2 } else { 1 };
        let mut basket: Vec<(Uuid, i64)> = Vec::with_capacity(lines);
        while basket.len() < lines {
            let from_scarce = !self.shelf.scarce.is_empty() && self.random.random_range(0..8) == 0;
            let items = if from_scarce {
                &self.shelf.scarce
            } else {
                &self.shelf.plenty
            };
            let item = items[self.random.random_range(0..items.len())];
            if basket.iter().all(|(other, _)| *other != item) {
                basket.push((item, self.random.random_range(1..=2)));
            }
        }
        Deed::Reserve(basket)
    }

    /// Confirms or releases a checkout of ours that is still open.
    async fn close(&mut self) -> Option<u16> {
        let is_open = |record: &Record| record.heard.is_yes() && matches!(record.deed, Deed::Reserve(_));
        let at = self.closed + self.done[self.closed..].iter().position(is_open)?;
        self.closed = at + 1;
        let Deed::Reserve(lines) = &self.done[at].deed else {
            return None;
        };
        let (checkout, lines) = (self.done[at].key, lines.len());
        let deed = if self.random.random() {
            Deed::Confirm(checkout, lines)
        } else {
            Deed::Release(checkout, lines)
        };
        self.ask(deed).await
    }

    /// Asks again what was answered: the answer must be the same to the byte.
    async fn repeat(&mut self) -> Option<u16> {
        let count = self.done.len();
        let at = self.random.random_range(0..count.max(1));
        let record = self.done.get(at)?.clone();
        if !record.heard.is_yes() || !matches!(record.deed, Deed::Reserve(_)) {
            return None;
        }
        let again = heard(&mut self.connection, &mut self.request, &record).await;
        if again.is_yes() && again.body != record.heard.body {
            self.shared.differing.fetch_add(1, Ordering::Relaxed);
        }
        Some(again.status)
    }

    async fn ask(&mut self, deed: Deed) -> Option<u16> {
        let mut record = Record {
            key: SystemClock.fresh_id(),
            deed,
            sent_at: stopwatch(),
            took: Duration::ZERO,
            heard: Heard::default(),
        };
        record.heard = heard(&mut self.connection, &mut self.request, &record).await;
        record.took = record.sent_at.elapsed();
        if record.heard.is_yes() {
            self.shared.yes.fetch_add(1, Ordering::Relaxed);
        }
        if record.heard.status == 503 {
            self.shared.denied.fetch_add(1, Ordering::Relaxed);
        }
        let status = record.heard.status;
        self.done.push(record);
        Some(status)
    }
}

/// Sends a request and says what came back.
pub(crate) async fn heard(connection: &mut Connection, request: &mut RequestBuffer, record: &Record) -> Heard {
    let (path, body, key) = (record.path(), record.body(), record.key.to_string());
    request.write(&Request {
        idempotency_key: Some(&key),
        body: &body,
        ..Request::new(Method::Post, &path)
    });
    let Ok(answer) = connection.exchange(request.as_bytes()).await else {
        return Heard::default();
    };
    let problem: Option<Value> = if answer.status >= 400 {
        serde_json::from_slice(answer.body).ok()
    } else {
        None
    };
    let code = problem.and_then(|problem| Some(problem.get("code")?.as_str()?.to_owned()));
    Heard {
        status: answer.status,
        code: code.unwrap_or_default(),
        body: answer.body.to_vec(),
        retry_after: answer.retry_after,
    }
}
