//! Two hubs that both take themselves for the owner of every shard.

use std::sync::Arc;
use std::time::Duration;

use actors::clock::stopwatch;

use crate::harness::{
    Books, Home, Hub, Rush, RushPlan, Shelf, processes, repeat_differs, seed, settle, turn, until, until_elapsed,
};

const BUYERS: usize = 16;
const STOPS: usize = 5;
/// The fence taken down from outside: how many shards a batch advanced is not checked any more.
const NO_FENCE: &str = "
    DO $do$ DECLARE
        guarded text := pg_get_functiondef('append_batch'::regproc);
        fence   text := 'IF touched <> cardinality(s_shard) THEN';
    BEGIN
        ASSERT strpos(guarded, fence) > 0, 'the fence looks otherwise now';
        EXECUTE replace(guarded, fence, 'IF false THEN');
    END $do$";

async fn shop(hub: &Hub) -> Arc<Shelf> {
    let mut shelf = Shelf::default();
    for _ in 0..6 {
        shelf.plenty.push(hub.new_item(1_000_000).await);
    }
    shelf.scarce.push(hub.new_item(200).await);
    Arc::new(shelf)
}

fn rush(hub: &Hub, shelf: &Arc<Shelf>, seed: u64) -> Rush {
    let (address, shelf) = (hub.address, Arc::clone(shelf));
    Rush::start(&RushPlan {
        address,
        shelf,
        buyers: BUYERS,
        seed,
        is_easily_put_off: false,
    })
}

async fn failed_batches(hub: &Hub) -> f64 {
    hub.metric("entrepot_journal_batch_failures_total").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hubs_on_the_same_shards_and_items_sell_every_unit_once() {
    let _turn = turn().await;
    let seed = seed();
    let home = Home::make().await;
    let a = Hub::start(&home).await;
    let shelf = shop(&a).await;
    let items: Vec<_> = shelf.plenty.iter().chain(&shelf.scarce).copied().collect();
    let b = Hub::start(&home).await;
    let (at_a, at_b) = (rush(&a, &shelf, seed), rush(&b, &shelf, seed + 1_000));
    until_elapsed(stopwatch(), Duration::from_secs(5)).await;
    let mut records = at_a.finish().await;
    let from_a = records.len();
    records.append(&mut at_b.finish().await);
    let books = Books::open(&home).await;
    let before = books.compare(&records).await;
    before.must_be_clean();
    let unknown = records
        .iter()
        .filter(|record| record.heard.code == "outcome_unknown")
        .count();
    let broken = records
        .iter()
        .filter(|record| record.heard.status >= 500 && record.heard.status != 503)
        .count();
    let in_doubt = settle(a.address, &mut records).await;
    let (repeated, differing) = repeat_differs(b.address, &records, 100).await;
    let findings = books.must_balance(&records, &items).await;
    println!(
        "owners: requests_a={from_a} requests_b={} acknowledged={} refused={} outcome_unknown={unknown} broken={broken} \
         in_doubt={in_doubt} fenced_a={} fenced_b={} lost={} twice={} gaps=0 oversold=0 repeated={repeated} \
         differing={differing} seed={seed}",
        records.len() - from_a,
        findings.acknowledged,
        findings.refused,
        failed_batches(&a).await,
        failed_batches(&b).await,
        findings.lost.len(),
        findings.twice.len(),
    );
    assert_eq!((differing, broken), (0, 0));
    assert!(before.acknowledged > 100, "hardly anything was sold: {before:?}");
    assert!(
        failed_batches(&a).await + failed_batches(&b).await > 0.0,
        "nobody was ever fenced"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_stood_still_while_another_sold_writes_nothing_when_it_wakes() {
    let _turn = turn().await;
    let seed = seed();
    let home = Home::make().await;
    let a = Hub::start(&home).await;
    let shelf = shop(&a).await;
    let items: Vec<_> = shelf.plenty.iter().chain(&shelf.scarce).copied().collect();
    let mut records = Vec::new();
    let mut fenced = 0.0;
    let mut take_over_ms = Vec::new();
    for stop in 0..STOPS {
        let round = seed.wrapping_add(10_000 * stop as u64);
        let (batches, at_a) = (failed_batches(&a).await, rush(&a, &shelf, round));
        until("A sells", Duration::from_secs(10), async || at_a.yes() > 100).await;
        a.stop();
        until("A stands still", Duration::from_secs(5), async || {
            processes::is_stopped(a.pid())
        })
        .await;
        let b = Hub::start(&home).await;
        take_over_ms.push(b.ready_after.as_millis());
        let at_b = rush(&b, &shelf, round + 1_000);
        until("B sells", Duration::from_secs(20), async || at_b.yes() > 200).await;
        records.append(&mut at_b.finish().await);
        let sold = at_a.yes();
        a.go_on();
        until("A sells again", Duration::from_secs(20), async || {
            at_a.yes() > sold + 50
        })
        .await;
        records.append(&mut at_a.finish().await);
        fenced += failed_batches(&a).await - batches;
        b.kill();
    }
    let books = Books::open(&home).await;
    books.compare(&records).await.must_be_clean();
    let in_doubt = settle(a.address, &mut records).await;
    let findings = books.must_balance(&records, &items).await;
    println!(
        "zombie: stops={STOPS} fenced_batches={fenced} acknowledged={} in_doubt={in_doubt} lost={} twice={} gaps=0 \
         oversold=0 other_ready_ms={take_over_ms:?} seed={seed}",
        findings.acknowledged,
        findings.lost.len(),
        findings.twice.len(),
    );
    assert!(fenced >= STOPS as f64, "every waking must have been fenced");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_fence_the_same_two_hubs_are_caught() {
    let _turn = turn().await;
    let seed = seed();
    let home = Home::make().await;
    let a = Hub::start(&home).await;
    let shelf = shop(&a).await;
    let items: Vec<_> = shelf.plenty.iter().chain(&shelf.scarce).copied().collect();
    let books = Books::open(&home).await;
    books.admin.batch_execute(NO_FENCE).await.unwrap();
    let b = Hub::start(&home).await;
    let (at_a, at_b) = (rush(&a, &shelf, seed), rush(&b, &shelf, seed + 1_000));
    until_elapsed(stopwatch(), Duration::from_secs(3)).await;
    let mut records = at_a.finish().await;
    records.append(&mut at_b.finish().await);
    let findings = books.compare(&records).await;
    let (oversold, gaps) = (books.oversold(&items).await, books.gaps().await);
    let verdict = books.audit().await;
    println!(
        "fence twin: planted=no_fence caught={} audit_clean={} gaps={gaps} oversold={oversold} lost={} twice={} \
         violation={:?} seed={seed}",
        !verdict.is_clean || gaps > 0 || oversold > 0,
        verdict.is_clean,
        findings.lost.len(),
        findings.twice.len(),
        verdict.violation.as_ref().map(ToString::to_string),
    );
    assert!(!verdict.is_clean, "the audit did not see that the fence was gone");
    assert!(gaps > 0, "the numbering did not show that the fence was gone");
}
