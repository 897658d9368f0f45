//! Backends that are terminated or cancelled in the middle of a batch.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use actors::clock::stopwatch;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::harness::{
    Books, Home, Hub, Record, Rush, RushPlan, Shelf, millis, repeat_differs, seed, settle, turn, until, until_elapsed,
};

const STRIKES: usize = 20;
const BUYERS: usize = 48;
/// A backend of the journal's while a batch is under way, by what it was asked.
const AT_A_BATCH: &str = "
    application_name = 'entrepot' AND state = 'active' AND backend_type = 'client backend'
    AND query LIKE '%SELECT append_batch(%'";

/// Waits for a batch and does something to its backend; what the backend was waiting for when it was hit.
async fn hit(books: &Books, function: &str) -> String {
    let sql = format!(
        "SELECT coalesce(wait_event, 'nothing'), {function}(pid) FROM pg_stat_activity WHERE {AT_A_BATCH} LIMIT 1"
    );
    let mut waiting_for = String::new();
    until("a batch is under way", Duration::from_secs(20), async || {
        let Some(row) = books.admin.query_opt(&sql, &[]).await.unwrap() else {
            return false;
        };
        waiting_for = row.get(0);
        row.get(1)
    })
    .await;
    waiting_for
}

async fn shop(hub: &Hub) -> Arc<Shelf> {
    let mut shelf = Shelf::default();
    for _ in 0..16 {
        shelf.plenty.push(hub.new_item(1_000_000).await);
    }
    shelf.scarce.push(hub.new_item(60).await);
    Arc::new(shelf)
}

/// Answers by status and code, for the evidence and for what must not be among them.
fn answers(records: &[Record]) -> BTreeMap<(u16, String), usize> {
    let mut counts = BTreeMap::new();
    for record in records {
        *counts
            .entry((record.heard.status, record.heard.code.clone()))
            .or_default() += 1;
    }
    counts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backend_terminated_in_the_middle_of_a_batch_costs_nobody_a_yes() {
    let _turn = turn().await;
    let seed = seed();
    let home = Home::make().await;
    let hub = Hub::start(&home).await;
    let books = Books::open(&home).await;
    let shelf = shop(&hub).await;
    let items: Vec<_> = shelf.plenty.iter().chain(&shelf.scarce).copied().collect();
    let mut random = StdRng::seed_from_u64(seed);
    let rush = Rush::start(&RushPlan {
        address: hub.address,
        shelf,
        buyers: BUYERS,
        seed,
        is_easily_put_off: false,
    });
    let (mut hits, mut back) = (BTreeMap::<String, usize>::new(), Vec::new());
    for strike in 0..STRIKES {
        until_elapsed(stopwatch(), Duration::from_millis(random.random_range(50..250))).await;
        *hits.entry(hit(&books, "pg_terminate_backend").await).or_default() += 1;
        if strike % 4 == 3 {
            let all =
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'entrepot'";
            books.admin.query_one(all, &[]).await.unwrap();
        }
        let sold = rush.yes();
        let again = until("selling again", Duration::from_secs(15), async || {
            rush.yes() > sold + 20
        })
        .await;
        back.push(again);
    }
    let mut records = rush.finish().await;
    let said = answers(&records);
    books.compare(&records).await.must_be_clean();
    let in_doubt = settle(hub.address, &mut records).await;
    let (repeated, differing) = repeat_differs(hub.address, &records, 200).await;
    let findings = books.must_balance(&records, &items).await;
    let (back_p50, back_max) = millis(back, 50);
    println!(
        "terminate: strikes={STRIKES} at={hits:?} acknowledged={} in_doubt={in_doubt} lost={} twice={} repeated={repeated} \
         differing={differing} selling_again_p50_ms={back_p50} max_ms={back_max} answers={said:?} seed={seed}",
        findings.acknowledged,
        findings.lost.len(),
        findings.twice.len(),
    );
    assert_eq!(differing, 0);
    let broken = said.keys().filter(|(status, _)| *status >= 500 && *status != 503);
    assert_eq!(broken.count(), 0, "a lost backend is 503, never another 5xx: {said:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_that_is_cancelled_or_waits_too_long_for_a_lock_is_asked_for_again_and_is_no_defect() {
    let _turn = turn().await;
    let seed = seed();
    let home = Home::make().await;
    let hub = Hub::start(&home).await;
    let mut books = Books::open(&home).await;
    let shelf = shop(&hub).await;
    let items: Vec<_> = shelf.plenty.iter().chain(&shelf.scarce).copied().collect();
    let rush = Rush::start(&RushPlan {
        address: hub.address,
        shelf,
        buyers: 4,
        seed,
        is_easily_put_off: false,
    });
    for _ in 0..STRIKES {
        hit(&books, "pg_cancel_backend").await;
    }
    // Longer than the journal waits for a lock: what a migration, or another hub that stands still, can do.
    let lock = books.admin.transaction().await.unwrap();
    lock.batch_execute("LOCK TABLE journal_shards IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    until_elapsed(stopwatch(), Duration::from_secs(7)).await;
    lock.rollback().await.unwrap();
    let sold = rush.yes();
    let again = until("selling again", Duration::from_secs(30), async || {
        rush.yes() > sold + 20
    })
    .await;
    let mut records = rush.finish().await;
    let said = answers(&records);
    let in_doubt = settle(hub.address, &mut records).await;
    let findings = books.must_balance(&records, &items).await;
    println!(
        "cancel: cancelled={STRIKES} locked_s=7 acknowledged={} in_doubt={in_doubt} lost={} twice={} selling_again_ms={} \
         answers={said:?} seed={seed}",
        findings.acknowledged,
        findings.lost.len(),
        findings.twice.len(),
        again.as_millis(),
    );
    let broken = said.keys().filter(|(status, _)| *status >= 500 && *status != 503);
    assert_eq!(
        broken.count(),
        0,
        "what can be tried again is 503, never another 5xx: {said:?}"
    );
}
