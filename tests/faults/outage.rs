//! The database is away for a while, under load.

use std::sync::Arc;
use std::time::Duration;

use actors::clock::stopwatch;

use crate::harness::{Books, Home, Hub, Record, Rush, RushPlan, Shelf, millis, seed, setting, settle, turn, until};

const BUYERS: usize = 32;
/// Promised are two seconds; a test on a busy machine gives some more.
const ANSWERED_WITHIN: Duration = Duration::from_secs(5);
/// Promised are five.
const BACK_WITHIN: Duration = Duration::from_secs(15);
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Asks after the hub's health for so long: how often, how often it was live, and how often it said it is not ready.
async fn look_around(hub: &Hub, outage: Duration) -> [u32; 3] {
    let (mut counts, mut looks, started) = ([0; 3], tokio::time::interval(LOOK_EVERY), stopwatch());
    while started.elapsed() < outage {
        looks.tick().await;
        counts[0] += 1;
        counts[1] += u32::from(hub.status("/health/live").await == 200);
        counts[2] += u32::from(hub.status("/health/ready").await == 503);
    }
    counts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_is_away_every_answer_is_a_quick_503_and_afterwards_nothing_is_missing() {
    let _turn = turn().await;
    let (seed, outage) = (seed(), Duration::from_secs(setting("ENTREPOT_TEST_OUTAGE_SECONDS", 10)));
    let home = Home::make().await;
    let mut hub = Hub::start(&home).await;
    let mut shelf = Shelf::default();
    for _ in 0..12 {
        shelf.plenty.push(hub.new_item(1_000_000).await);
    }
    let items = shelf.plenty.clone();
    let plan = RushPlan {
        address: hub.address,
        shelf: Arc::new(shelf),
        buyers: BUYERS,
        seed,
        is_easily_put_off: false,
    };
    let rush = Rush::start(&plan);
    until("a sale", Duration::from_secs(10), async || rush.yes() > 500).await;

    let stopping = stopwatch();
    home.stop_postgres();
    let gone = stopwatch();
    let [looked, live, ready] = look_around(&hub, outage).await;
    let starting = stopwatch();
    let sold = rush.yes();
    home.start_postgres().await;
    let answers = stopwatch();
    until("selling again", BACK_WITHIN, async || rush.yes() > sold).await;
    let back = answers.elapsed();
    until("selling on", Duration::from_secs(10), async || rush.yes() > sold + 200).await;
    assert!(hub.is_running(), "the hub ended: {}", hub.last_words());

    let mut records = rush.finish().await;
    let during = |record: &&Record| record.sent_at > gone && record.sent_at + record.took < starting;
    let in_outage: Vec<Record> = records.iter().filter(during).cloned().collect();
    let caught: Vec<Duration> = records
        .iter()
        .filter(|record| record.sent_at < gone && record.sent_at + record.took > stopping)
        .map(|record| record.took)
        .collect();
    let times: Vec<Duration> = in_outage.iter().map(|record| record.took).collect();
    let books = Books::open(&home).await;
    books.compare(&records).await.must_be_clean();
    let in_doubt = settle(hub.address, &mut records).await;
    let findings = books.must_balance(&records, &items).await;
    let (p99, max) = millis(times, 99);
    let (_, caught_max) = millis(caught, 50);
    println!(
        "outage: seconds={} answers_503={} answer_p99_ms={p99} answer_max_ms={max} caught_in_flight_max_ms={caught_max} \
         first_yes_after_ms={} acknowledged={} in_doubt={in_doubt} lost={} twice={} live={live}/{looked} \
         not_ready={ready}/{looked} seed={seed}",
        outage.as_secs(),
        in_outage.len(),
        back.as_millis(),
        findings.acknowledged,
        findings.lost.len(),
        findings.twice.len(),
    );
    assert_eq!((live, ready), (looked, looked), "live and not ready, all the time");
    assert!(in_outage.len() > BUYERS, "hardly anybody asked during the outage");
    for record in &in_outage {
        assert!(
            record.heard.status == 503 && record.heard.retry_after.is_some(),
            "not a 503: {record:?}"
        );
        assert!(record.took < ANSWERED_WITHIN, "too slow: {record:?}");
    }
}
