//! More buyers than there is room for, on one item, while the database stands still.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use actors::clock::{Clock, SystemClock, stopwatch};
use simulators::shoppers::RequestBuffer;
use simulators::shoppers::http::Connection;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior};
use uuid::Uuid;

use crate::harness::{API_KEY, Books, Deed, Heard, Home, Hub, Record, heard, millis, processes, settle, turn, until};

const CONNECTIONS: usize = 2_000;
const REQUESTS_EACH: usize = 25;
/// How often each connection asks: thousands a second in all, and no queue in the client that would be taken for the
/// hub's slowness.
const PACE: Duration = Duration::from_millis(800);
const ROOM: &[(&str, &str)] = &[
    ("ENTREPOT__STOCK__MAILBOX_CAPACITY", "16"),
    ("ENTREPOT__STOCK__JOURNAL_PERMITS", "256"),
    ("ENTREPOT__LOG__FILTER", "info"),
];
/// Promised are 50 ms; a test on a busy machine gives more.
const REFUSED_WITHIN: Duration = Duration::from_secs(1);
const GROWTH_KB: u64 = 100 * 1024;
/// The journal's backend is the only one of the hub's that says this in its session.
const JOURNAL_BACKEND: &str = "
    SELECT pid FROM pg_stat_activity WHERE application_name = 'entrepot' AND state = 'active'
    AND query LIKE '%SELECT append_batch(%'";

/// What the crowd shares.
#[derive(Default)]
struct Crowd {
    is_open: AtomicBool,
    refused: AtomicU64,
    asked: AtomicU64,
}

async fn customer(hub: std::net::SocketAddr, item: Uuid, first: Instant, crowd: Arc<Crowd>) -> Vec<Record> {
    let mut connection = Connection::new(hub, Duration::from_secs(20));
    let mut request = RequestBuffer::new(hub, API_KEY);
    let mut ticks = tokio::time::interval_at(first, PACE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut records = Vec::with_capacity(REQUESTS_EACH);
    for _ in 0..REQUESTS_EACH {
        ticks.tick().await;
        if !crowd.is_open.load(Ordering::Relaxed) {
            break;
        }
        let mut record = Record {
            key: SystemClock.fresh_id(),
            deed: Deed::Reserve(vec![(item, 1)]),
            sent_at: stopwatch(),
            took: Duration::ZERO,
            heard: Heard::default(),
        };
        record.heard = heard(&mut connection, &mut request, &record).await;
        record.took = record.sent_at.elapsed();
        crowd.asked.fetch_add(1, Ordering::Relaxed);
        if record.heard.code == "busy" {
            crowd.refused.fetch_add(1, Ordering::Relaxed);
        }
        records.push(record);
    }
    records
}

/// Stops the backend that writes the journal while it writes.
async fn stop_journal(books: &Books, hub: &Hub, item: Uuid) -> (i32, Vec<Record>) {
    let crowd = Arc::new(Crowd::default());
    crowd.is_open.store(true, Ordering::Relaxed);
    let mut few = JoinSet::new();
    for _ in 0..8 {
        few.spawn(customer_without_pause(hub.address, item, Arc::clone(&crowd)));
    }
    let mut backend = 0;
    until("the journal writes", Duration::from_secs(10), async || {
        let found = books.admin.query_opt(JOURNAL_BACKEND, &[]).await.unwrap();
        backend = found.map_or(0, |row| row.get(0));
        backend > 0
    })
    .await;
    processes::signal(backend, libc::SIGSTOP);
    until("the backend stands still", Duration::from_secs(5), async || {
        processes::is_stopped(backend)
    })
    .await;
    crowd.is_open.store(false, Ordering::Relaxed);
    (backend, few.join_all().await.into_iter().flatten().collect())
}

async fn customer_without_pause(hub: std::net::SocketAddr, item: Uuid, crowd: Arc<Crowd>) -> Vec<Record> {
    let mut connection = Connection::new(hub, Duration::from_secs(20));
    let mut request = RequestBuffer::new(hub, API_KEY);
    let mut records = Vec::new();
    while crowd.is_open.load(Ordering::Relaxed) {
        let mut record = Record {
            key: SystemClock.fresh_id(),
            deed: Deed::Reserve(vec![(item, 1)]),
            sent_at: stopwatch(),
            took: Duration::ZERO,
            heard: Heard::default(),
        };
        record.heard = heard(&mut connection, &mut request, &record).await;
        records.push(record);
    }
    records
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_mailbox_refuses_at_once_and_keeps_memory_flat() {
    let _turn = turn().await;
    let home = Home::make().await;
    let hub = Hub::start_with(&home, ROOM).await;
    let item = hub.new_item(10_000_000).await;
    let books = Books::open(&home).await;
    let (backend, mut records) = stop_journal(&books, &hub, item).await;

    let before_kb = processes::resident_kb(hub.pid());
    let crowd = Arc::new(Crowd::default());
    crowd.is_open.store(true, Ordering::Relaxed);
    let start = Instant::from_std(stopwatch());
    let mut customers = JoinSet::new();
    for n in 0..CONNECTIONS {
        let first = start + PACE * u32::try_from(n).unwrap() / u32::try_from(CONNECTIONS).unwrap();
        customers.spawn(customer(hub.address, item, first, Arc::clone(&crowd)));
    }
    let (mut peak_kb, mut looks) = (before_kb, tokio::time::interval(Duration::from_millis(100)));
    let all = (CONNECTIONS * REQUESTS_EACH) as u64;
    let started = stopwatch();
    while crowd.asked.load(Ordering::Relaxed) < all && started.elapsed() < Duration::from_secs(60) {
        looks.tick().await;
        peak_kb = peak_kb.max(processes::resident_kb(hub.pid()));
    }
    let mut flood = customers.join_all().await.into_iter().flatten().collect::<Vec<_>>();
    let seconds = started.elapsed().as_secs();
    processes::signal(backend, libc::SIGCONT);

    let refused: Vec<&Record> = flood.iter().filter(|record| record.heard.code == "busy").collect();
    let unpolite = refused
        .iter()
        .filter(|record| record.heard.retry_after.is_none())
        .count();
    let times: Vec<Duration> = refused.iter().map(|record| record.took).collect();
    let (refusals, (p50, _), (p99, max)) = (times.len(), millis(times.clone(), 50), millis(times, 99));
    let unknown = flood
        .iter()
        .filter(|record| record.heard.code == "outcome_unknown")
        .count();
    let others = flood.len() - refusals - unknown;
    let strange: Vec<String> = flood
        .iter()
        .filter(|record| !matches!(record.heard.code.as_str(), "busy" | "outcome_unknown") && !record.heard.is_yes())
        .map(|record| format!("{:?}", record.heard))
        .collect();
    // What was refused is not asked for again; what is in doubt is.
    let mut in_doubt: Vec<Record> = flood
        .extract_if(.., |record| record.heard.code != "busy")
        .chain(records.drain(..))
        .collect();
    books.compare(&flood).await.must_be_clean();
    let settled = settle(hub.address, &mut in_doubt).await;
    let findings = books.must_balance(&in_doubt, &[item]).await;
    println!(
        "mailbox: connections={CONNECTIONS} requests={} in_s={seconds} refused_busy={refusals} outcome_unknown={unknown} \
         others={others} refusal_p50_ms={p50} refusal_p99_ms={p99} refusal_max_ms={max} without_retry_after={unpolite} \
         rss_before_mb={} rss_growth_mb={} settled={settled} acknowledged={} lost={} twice={}",
        refusals + unknown + others,
        before_kb / 1024,
        (peak_kb - before_kb) / 1024,
        findings.acknowledged,
        findings.lost.len(),
        findings.twice.len(),
    );
    assert!(strange.is_empty(), "neither busy nor in doubt: {:?}", strange.first());
    assert!(refusals > CONNECTIONS, "hardly anybody was refused");
    assert_eq!(unpolite, 0, "a refusal without Retry-After");
    assert!(p99 <= REFUSED_WITHIN.as_millis(), "refused too slowly: p99 {p99} ms");
    assert!(
        peak_kb - before_kb < GROWTH_KB,
        "memory grew by {} KB",
        peak_kb - before_kb
    );
    hub.new_item(1).await;
}
