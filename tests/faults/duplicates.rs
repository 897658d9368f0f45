//! The same command twice, where no memory can know: on two hubs at once, and on two items.

use std::time::Duration;

use actors::clock::{Clock, SystemClock};
use serde_json::json;
use simulators::shoppers::RequestBuffer;
use simulators::shoppers::http::Connection;

use crate::harness::{API_KEY, Books, Deed, Heard, Home, Hub, Record, heard, settle, turn};

const KEYS: usize = 200;

fn wish(item: uuid::Uuid) -> Record {
    Record {
        key: SystemClock.fresh_id(),
        deed: Deed::Reserve(vec![(item, 1)]),
        sent_at: actors::clock::stopwatch(),
        took: Duration::ZERO,
        heard: Heard::default(),
    }
}

/// A place to ask at.
struct Counter(Connection, RequestBuffer);

impl Counter {
    fn at(hub: &Hub) -> Self {
        Self(
            Connection::new(hub.address, Duration::from_secs(10)),
            RequestBuffer::new(hub.address, API_KEY),
        )
    }

    async fn ask(&mut self, record: &Record) -> Heard {
        heard(&mut self.0, &mut self.1, record).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_sent_to_two_hubs_at_once_has_one_effect_and_one_answer() {
    let _turn = turn().await;
    let home = Home::make().await;
    let a = Hub::start(&home).await;
    let item = a.new_item(1_000_000).await;
    let b = Hub::start(&home).await;
    let mut pairs = tokio::task::JoinSet::new();
    for _ in 0..KEYS {
        let (mut at_a, mut at_b, record) = (Counter::at(&a), Counter::at(&b), wish(item));
        pairs.spawn(async move {
            let (from_a, from_b) = tokio::join!(at_a.ask(&record), at_b.ask(&record));
            [from_a, from_b].map(|heard| Record {
                heard,
                ..record.clone()
            })
        });
    }
    let (mut from_a, mut from_b) = (Vec::new(), Vec::new());
    for [a, b] in pairs.join_all().await {
        from_a.push(a);
        from_b.push(b);
    }
    let at_once = from_a
        .iter()
        .chain(&from_b)
        .filter(|record| record.heard.is_yes())
        .count();
    settle(a.address, &mut from_a).await;
    settle(b.address, &mut from_b).await;
    for (a, b) in from_a.iter().zip(&from_b) {
        assert_eq!(
            (a.heard.status, &a.heard.body),
            (b.heard.status, &b.heard.body),
            "two answers to one command"
        );
    }
    let books = Books::open(&home).await;
    let findings = books.must_balance(&from_a, &[item]).await;
    println!(
        "duplicates: keys={KEYS} hubs=2 answered_at_once={at_once}/{} acknowledged={} lost={} twice={}",
        2 * KEYS,
        findings.acknowledged,
        findings.lost.len(),
        findings.twice.len(),
    );
    assert_eq!(findings.acknowledged, KEYS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_used_before_on_another_item_is_caught_by_the_index_and_costs_its_neighbours_nothing() {
    let _turn = turn().await;
    let home = Home::make().await;
    let hub = Hub::start(&home).await;
    let (one, other) = (hub.new_item(1_000).await, hub.new_item(1_000).await);
    let mut records: Vec<Record> = (0..KEYS).map(|_| wish(one)).collect();
    settle(hub.address, &mut records).await;
    assert!(records.iter().all(|record| record.heard.status == 201));
    // The used keys come back for another item, at once with as many good ones, so that they share batches.
    let mut asked = tokio::task::JoinSet::new();
    for record in &records {
        for again in [
            Record {
                deed: Deed::Reserve(vec![(other, 1)]),
                ..record.clone()
            },
            wish(other),
        ] {
            let mut counter = Counter::at(&hub);
            asked.spawn(async move {
                Record {
                    heard: counter.ask(&again).await,
                    ..again
                }
            });
        }
    }
    let asked = asked.join_all().await;
    let (reused, fresh): (Vec<Record>, Vec<Record>) = asked
        .into_iter()
        .partition(|record| records.iter().any(|first| first.key == record.key));
    let codes = |wanted: &str| reused.iter().filter(|record| record.heard.code == wanted).count();
    let caught = codes("idempotency_key_reused");
    let unknown = codes("outcome_unknown");
    let good = fresh.iter().filter(|record| record.heard.status == 201).count();
    let rejected = hub.log_count("writing it in halves");
    let mut reused = reused;
    settle(hub.address, &mut reused).await;
    let mut fresh = fresh;
    settle(hub.address, &mut fresh).await;
    let all: Vec<Record> = records.iter().chain(&fresh).cloned().collect();
    let findings = Books::open(&home).await.must_balance(&all, &[one, other]).await;
    println!(
        "index: reused={KEYS} caught={caught} outcome_unknown={unknown} neighbours={KEYS} neighbours_served_at_once={good} \
         batches_split={rejected} acknowledged={} lost={} twice={}",
        findings.acknowledged,
        findings.lost.len(),
        findings.twice.len(),
    );
    assert!(
        reused.iter().all(|record| record.heard.status == 422),
        "{:?}",
        reused.first()
    );
    assert!(
        fresh.iter().all(|record| record.heard.status == 201),
        "a neighbour was refused"
    );
    let level = hub
        .client()
        .get(&format!("/api/v1/stock/items/{other}"))
        .await
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(level["levels"][0]["reserved"], json!(KEYS));
}
