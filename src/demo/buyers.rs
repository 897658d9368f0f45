//! The buyers: each comes once, tries to reserve, thinks, and pays, gives back or walks away. Over HTTP, like anybody.
//!
//! Run by [`Sale`](super::sale::Sale) on a thread of its own, so that buyers and hub do not wait for each other's turn. A
//! few connections are shared by all of them: a buyer needs one only while a request is under way. A request without an
//! answer is sent again with the same `Idempotency-Key`, which is what the key is for.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actors::clock::{Clock, SystemClock, pause, stopwatch};
use serde_json::{Value, json};
use simulators::shoppers::http::{Connection, RequestError};
use simulators::shoppers::{Method, Request, RequestBuffer};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::choices::{Choices, Fate, arrival};
use super::tally::Tally;

/// A buyer gives up on an answer after this, and asks again.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often one request is sent at most.
const TRIES: u32 = 10;
const SHORTEST_RETRY: Duration = Duration::from_millis(100);
const CHECKOUTS: &str = "/api/v1/checkouts";

/// Who comes, where to, for what.
pub(super) struct Crowd {
    pub(super) address: SocketAddr,
    pub(super) api_key: String,
    pub(super) buyers: u32,
    /// The item all of them want.
    pub(super) hottest: Uuid,
    /// What else may land in a basket.
    pub(super) others: Vec<Uuid>,
    /// When the last one comes.
    pub(super) rush: Duration,
    /// Nobody is let in from then on.
    pub(super) closes: Duration,
    pub(super) connections: usize,
}

/// Buyers under way. Dropping it sends everybody home.
pub(super) struct Buyers {
    /// Resolves when the last one has left.
    pub(super) left: oneshot::Receiver<()>,
    _go_home: oneshot::Sender<()>,
}

/// What all buyers share.
struct Shop {
    crowd: Crowd,
    tally: Arc<Tally>,
    opened: Instant,
    turns: Semaphore,
    idle: Mutex<Vec<Line>>,
}

/// A connection with its request buffer.
struct Line {
    connection: Connection,
    request: RequestBuffer,
}

/// An answer a buyer can use.
struct Answered {
    status: u16,
    body: Value,
}

/// Opens the doors.
///
/// # Errors
/// When there is no thread to be had.
pub(super) fn open_doors(crowd: Crowd, tally: Arc<Tally>) -> std::io::Result<Buyers> {
    let (tell, left) = oneshot::channel();
    let (go_home, sent_home) = oneshot::channel::<()>();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let shop = Arc::new(Shop {
        turns: Semaphore::new(crowd.connections),
        idle: Mutex::default(),
        opened: stopwatch(),
        crowd,
        tally,
    });
    std::thread::Builder::new().name("buyers".to_owned()).spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                () = everybody(shop) => {}
                _ = sent_home => {}
            }
        });
        // Whoever waited may be gone.
        let _gone = tell.send(());
    })?;
    Ok(Buyers {
        left,
        _go_home: go_home,
    })
}

async fn everybody(shop: Arc<Shop>) {
    let mut visits = JoinSet::new();
    for number in 0..shop.crowd.buyers {
        visits.spawn(visit(Arc::clone(&shop), number));
    }
    while visits.join_next().await.is_some() {}
}

async fn visit(shop: Arc<Shop>, number: u32) {
    let comes = arrival(number, shop.crowd.buyers, shop.crowd.rush);
    pause(comes.saturating_sub(shop.opened.elapsed())).await;
    if shop.opened.elapsed() >= shop.crowd.closes {
        return;
    }
    shop.tally.note(|counts| counts.arrived += 1);
    let choices = Choices::of(number);
    let basket = shop.basket(&choices).to_string();
    let Some(answer) = shop.ask(CHECKOUTS, basket.as_bytes()).await else {
        return shop.tally.note(|counts| counts.unclear += 1);
    };
    match (answer.status, answer.body.get("id").and_then(Value::as_str)) {
        (201, Some(checkout)) => {
            shop.tally.note(|counts| counts.reserved += 1);
            pause(choices.thinks).await;
            shop.leave(&choices, checkout).await;
        }
        (409, _) => shop.tally.note(|counts| counts.refused += 1),
        _ => shop.tally.note(|counts| counts.unclear += 1),
    }
}

impl Shop {
    fn basket(&self, choices: &Choices) -> Value {
        let mut lines = vec![json!({ "item_id": self.crowd.hottest, "quantity": choices.units })];
        let place = |drawn: u64| usize::try_from(drawn % (self.crowd.others.len().max(1) as u64)).ok();
        if let Some(other) = choices.extra.and_then(place).and_then(|at| self.crowd.others.get(at)) {
            lines.push(json!({ "item_id": other, "quantity": 1 }));
        }
        json!({ "lines": lines, "hold_seconds": choices.hold_seconds() })
    }

    /// What a buyer does with a reserved basket.
    async fn leave(&self, choices: &Choices, checkout: &str) {
        let verb = match choices.fate {
            Fate::Pays => "confirm",
            Fate::GivesBack => "release",
            Fate::WalksAway => return self.tally.note(|counts| counts.walked_away += 1),
        };
        let answer = self.ask(&format!("{CHECKOUTS}/{checkout}/{verb}"), b"").await;
        let units = u64::from(choices.units);
        self.tally
            .note(|counts| match (answer.map(|answer| answer.status), choices.fate) {
                (Some(200), Fate::Pays) => {
                    counts.paid += 1;
                    counts.paid_units += units;
                }
                (Some(200), _) => counts.gave_back += 1,
                (Some(409), _) => counts.too_late += 1,
                _ => counts.unclear += 1,
            });
    }

    /// Posts until there is an answer that is not "come back later". `None` when there never was one.
    async fn ask(&self, path: &str, body: &[u8]) -> Option<Answered> {
        let key = SystemClock.fresh_id().to_string();
        for attempt in 0..TRIES {
            if attempt > 0 {
                self.tally.note(|counts| counts.repeated += 1);
            }
            let wait = match self.post(path, body, &key).await {
                Ok((answer, _)) if answer.status != 503 => return Some(answer),
                Ok((_, retry_after)) => retry_after.unwrap_or(SHORTEST_RETRY),
                Err(_) => SHORTEST_RETRY,
            };
            pause(wait).await;
        }
        None
    }

    /// Posts once, on a connection that nobody needs now.
    async fn post(&self, path: &str, body: &[u8], key: &str) -> Result<(Answered, Option<Duration>), RequestError> {
        let _turn = self.turns.acquire().await;
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut line = idle.unwrap_or_else(|| Line {
            connection: Connection::new(self.crowd.address, PATIENCE),
            request: RequestBuffer::new(self.crowd.address, &self.crowd.api_key),
        });
        line.request.write(&Request {
            idempotency_key: Some(key),
            body,
            ..Request::new(Method::Post, path)
        });
        let outcome = line.connection.exchange(line.request.as_bytes()).await.map(|answer| {
            self.tally.answered(answer.latency);
            let body = serde_json::from_slice(answer.body).unwrap_or_default();
            let status = answer.status;
            (Answered { status, body }, answer.retry_after)
        });
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop(others: Vec<Uuid>) -> Shop {
        Shop {
            crowd: Crowd {
                address: SocketAddr::from(([127, 0, 0, 1], 1)),
                api_key: String::new(),
                buyers: 1,
                hottest: Uuid::from_u128(1),
                others,
                rush: Duration::ZERO,
                closes: Duration::ZERO,
                connections: 1,
            },
            tally: Arc::new(Tally::new().unwrap()),
            opened: stopwatch(),
            turns: Semaphore::new(1),
            idle: Mutex::default(),
        }
    }

    #[test]
    fn a_basket_holds_the_hottest_item_and_sometimes_one_unit_of_another() {
        let shop_with_others = shop(vec![Uuid::from_u128(2), Uuid::from_u128(3)]);
        let mut sizes = [0; 3];
        for number in 0..200 {
            let basket = shop_with_others.basket(&Choices::of(number));
            let lines = basket["lines"].as_array().unwrap().clone();
            assert_eq!(lines[0]["item_id"], Uuid::from_u128(1).to_string());
            assert!(lines.get(1).is_none_or(|line| line["quantity"] == 1));
            sizes[lines.len()] += 1;
        }
        assert!(sizes[1] > sizes[2] && sizes[2] > 0, "{sizes:?}");
        let alone = shop(Vec::new()).basket(&Choices {
            extra: Some(9),
            ..Choices::of(0)
        });
        assert_eq!(alone["lines"].as_array().unwrap().len(), 1);
    }
}
