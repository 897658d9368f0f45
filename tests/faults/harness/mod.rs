//! What the fault tests stand on: a data directory with its Postgres, hubs as processes, buyers, and the books.

mod books;
mod home;
mod hub;
pub(crate) mod processes;
mod rush;
mod settle;

use std::time::{Duration, Instant};

use actors::clock::{Clock, SystemClock, stopwatch};

pub(crate) use books::Books;
pub(crate) use home::{API_KEY, Ground, Home};
pub(crate) use hub::{Hub, program, program_in, text};
pub(crate) use processes::{postmaster, signal, wait_until_gone};
pub(crate) use rush::{Deed, Heard, Record, Rush, RushPlan, Shelf, heard};
pub(crate) use settle::{repeat_differs, settle};

/// One fault test at a time; under nextest the processes are kept apart by their test group.
pub(crate) async fn turn() -> tokio::sync::MutexGuard<'static, ()> {
    static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    TURN.lock().await
}

/// A condition that must come true within a bound.
pub(crate) async fn until(what: &str, within: Duration, mut is_true: impl AsyncFnMut() -> bool) -> Duration {
    let started = stopwatch();
    let mut polls = tokio::time::interval(Duration::from_millis(5));
    polls.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        polls.tick().await;
        if is_true().await {
            return started.elapsed();
        }
        assert!(started.elapsed() < within, "{what}: not within {within:?}");
    }
}

/// Waits until a moment has come: a fault strikes at a random moment, which is the condition.
pub(crate) async fn until_elapsed(since: Instant, after: Duration) {
    until("time passes", after + Duration::from_secs(10), async || {
        since.elapsed() >= after
    })
    .await;
}

/// The seed of this run: given, or drawn. Printed by whoever uses it.
pub(crate) fn seed() -> u64 {
    let given = std::env::var("ENTREPOT_TEST_SEED")
        .ok()
        .and_then(|text| text.parse().ok());
    given.unwrap_or_else(|| {
        let secret = SystemClock.fresh_secret();
        secret.first_chunk().map_or(1, |bytes| u64::from_le_bytes(*bytes))
    })
}

/// A number from the environment, or what it is without.
pub(crate) fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| {
        text.parse().unwrap_or_else(|_| panic!("{name} must be a number"))
    })
}

/// The `percent`th percentile and the largest, in milliseconds.
pub(crate) fn millis(mut times: Vec<Duration>, percent: usize) -> (u128, u128) {
    times.sort_unstable();
    let at = |index: usize| times.get(index).map_or(0, Duration::as_millis);
    (at(times.len() * percent / 100), at(times.len().saturating_sub(1)))
}
