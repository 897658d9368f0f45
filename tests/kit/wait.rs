//! Waiting on a condition, with a bound.

use std::time::Duration;

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
