//! Waiting on a condition, with a bound.

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_postgres::Client;

const POLL: Duration = Duration::from_millis(20);
const BOUND: Duration = Duration::from_secs(15);

/// Asks again and again until the condition holds.
///
/// # Panics
/// With `what` when it does not hold within a quarter of a minute.
pub async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let waiting = async {
        let mut polls = tokio::time::interval(POLL);
        loop {
            polls.tick().await;
            if condition().await {
                return;
            }
        }
    };
    if tokio::time::timeout(BOUND, waiting).await.is_err() {
        panic!("not within {BOUND:?}: {what}");
    }
}

/// Waits until so many transactions wait for a lock, or what is under way has ended without having waited.
///
/// # Panics
/// When neither happens within a quarter of a minute.
pub async fn until_blocked<T>(admin: &Client, waiting: i64, under_way: &JoinHandle<T>) {
    const BLOCKED: &str = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
    until("a wait for a lock", async || {
        let blocked: i64 = admin.query_one(BLOCKED, &[]).await.expect("an answer").get(0);
        under_way.is_finished() || blocked >= waiting
    })
    .await;
}
