//! The only place of this layer that asks for the time, waits, or draws randomness.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use uuid::Uuid;

/// Where time and fresh ids come from. The system's, or a test's.
pub trait Clock: Send + Sync + 'static {
    /// Now, to the microsecond: what memory holds must equal what Postgres gives back.
    fn now(&self) -> Timestamp;

    /// A new UUIDv7.
    fn fresh_id(&self) -> Uuid;

    /// 256 unguessable bits.
    fn fresh_secret(&self) -> [u8; 32];

    /// Time that passed since some moment, for limits: whatever happens to the calendar, it never goes back.
    fn uptime(&self) -> Duration {
        Duration::from_micros(u64::try_from(self.now().as_microsecond()).unwrap_or_default())
    }
}

/// When this process first asked; [`SystemClock::uptime`] counts from here.
static STARTED: LazyLock<Instant> = LazyLock::new(stopwatch);

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(Timestamp::now().as_microsecond()).unwrap_or(Timestamp::MAX)
    }

    #[expect(clippy::disallowed_methods, reason = "this is the source of ids")]
    fn fresh_id(&self) -> Uuid {
        Uuid::now_v7()
    }

    fn fresh_secret(&self) -> [u8; 32] {
        let mut secret = [0; 32];
        rand::fill(&mut secret[..]);
        secret
    }

    fn uptime(&self) -> Duration {
        STARTED.elapsed()
    }
}

/// Waits in real time: for backing off, never for a result.
#[expect(clippy::disallowed_methods, reason = "this is the clock")]
pub async fn pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// A moment to measure real durations from.
#[expect(clippy::disallowed_methods, reason = "this is the clock")]
#[must_use]
pub fn stopwatch() -> Instant {
    Instant::now()
}
