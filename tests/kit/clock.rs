//! Time that stands still until a test moves it.

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use actors::clock::{Clock, SystemClock};
use jiff::Timestamp;
use uuid::Uuid;

/// 2026-01-01T00:00:00Z: a whole second, so that deadlines in answers are easy to read.
const START_SECOND: i64 = 1_767_225_600;

/// A clock that moves only by [`advance`](Self::advance). Ids and secrets are the system's: tests never compare them.
#[derive(Debug)]
pub struct ManualClock {
    microsecond: AtomicI64,
    panics_left: AtomicU32,
}

impl Default for ManualClock {
    fn default() -> Self {
        Self {
            microsecond: AtomicI64::new(START_SECOND * 1_000_000),
            panics_left: AtomicU32::new(0),
        }
    }
}

impl ManualClock {
    /// Moves time on. Timers inside the hub follow within its repair interval (1 s in tests), not at once.
    pub fn advance(&self, seconds: i64) {
        self.microsecond.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    /// The next `times` times that an item actor asks for the time, it panics instead. Other threads are spared, or the
    /// repair loop would eat the blow.
    pub fn panic_in_items(&self, times: u32) {
        self.panics_left.store(times, Ordering::SeqCst);
    }

    /// Blows not yet dealt.
    #[must_use]
    pub fn panics_left(&self) -> u32 {
        self.panics_left.load(Ordering::SeqCst)
    }

    fn strike(&self) {
        let is_item_thread = std::thread::current()
            .name()
            .is_some_and(|name| name.contains("arbiter:"));
        let take = |left: u32| left.checked_sub(1);
        if is_item_thread
            && self
                .panics_left
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, take)
                .is_ok()
        {
            panic!("the test wanted this panic");
        }
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.strike();
        Timestamp::from_microsecond(self.microsecond.load(Ordering::SeqCst)).unwrap()
    }

    /// Asked by sockets and limits on the threads that items live on: they are spared the blow.
    fn uptime(&self) -> std::time::Duration {
        let microseconds = self.microsecond.load(Ordering::SeqCst);
        std::time::Duration::from_micros(u64::try_from(microseconds).unwrap())
    }

    fn fresh_id(&self) -> Uuid {
        SystemClock.fresh_id()
    }

    fn fresh_secret(&self) -> [u8; 32] {
        SystemClock.fresh_secret()
    }
}
