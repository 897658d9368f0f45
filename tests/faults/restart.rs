//! The hub's own Postgres dies under it, under load, and nobody is there to start it again.

use std::sync::Arc;
use std::time::Duration;

use crate::harness::{
    Books, Home, Hub, Rush, RushPlan, Shelf, postmaster, seed, settle, signal, turn, until, wait_until_gone,
};

const BUYERS: usize = 16;
/// Looked for twice a second, started at once, and recovered from its write-ahead log.
const BACK_WITHIN: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_embedded_database_that_is_killed_is_started_again_and_nothing_acknowledged_is_lost() {
    let _turn = turn().await;
    let seed = seed();
    let home = Home::make().await;
    let mut hub = Hub::start_with(&home, &[("ENTREPOT__DATABASE__EMBEDDED_RESTARTS", "10")]).await;
    let mut shelf = Shelf::default();
    for _ in 0..8 {
        shelf.plenty.push(hub.new_item(1_000_000).await);
    }
    let items = shelf.plenty.clone();
    let rush = Rush::start(&RushPlan {
        address: hub.address,
        shelf: Arc::new(shelf),
        buyers: BUYERS,
        seed,
        is_easily_put_off: false,
    });
    let mut back = Vec::new();
    // The second time it is a server that the hub has started itself.
    for time in 1..=2 {
        let sold = rush.yes();
        until("a sale", Duration::from_secs(20), async || rush.yes() > sold + 200).await;
        let killed = postmaster(&home.data_dir).expect("a running Postgres");
        assert!(signal(killed, libc::SIGKILL));
        wait_until_gone(&[killed]);
        until("not ready", Duration::from_secs(20), async || {
            hub.status("/health/ready").await == 503
        })
        .await;
        assert_eq!(hub.status("/health/live").await, 200);
        let sold = rush.yes();
        back.push(
            until("selling again", BACK_WITHIN, async || rush.yes() > sold + 200)
                .await
                .as_millis(),
        );
        until("ready", Duration::from_secs(20), async || {
            hub.status("/health/ready").await == 200
        })
        .await;
        assert_ne!(postmaster(&home.data_dir), Some(killed));
        assert_eq!(
            hub.log_count("the embedded Postgres is up again"),
            time,
            "{}",
            hub.last_words()
        );
    }
    assert!(hub.is_running(), "the hub ended: {}", hub.last_words());
    let mut records = rush.finish().await;
    let books = Books::open(&home).await;
    books.compare(&records).await.must_be_clean();
    let in_doubt = settle(hub.address, &mut records).await;
    let findings = books.must_balance(&records, &items).await;
    println!(
        "restart: kills=2 back_after_ms={back:?} acknowledged={} in_doubt={in_doubt} lost={} twice={} seed={seed}",
        findings.acknowledged,
        findings.lost.len(),
        findings.twice.len(),
    );
}
