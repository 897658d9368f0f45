//! What buyers were told, counted as it is told.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hdrhistogram::{CreationError, Histogram};

/// Slower answers count as this slow.
const LONGEST_ANSWER_US: u64 = 60_000_000;
const SIGNIFICANT_DIGITS: u8 = 3;

/// What became of the buyers so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Came.
    pub(super) arrived: u64,
    /// Were told that their basket is theirs.
    pub(super) reserved: u64,
    /// Were told that too few units are left.
    pub(super) refused: u64,
    /// Paid, and were told that it is confirmed.
    pub(super) paid: u64,
    /// Units of the hottest item in the paid baskets.
    pub(super) paid_units: u64,
    /// Gave their basket back.
    pub(super) gave_back: u64,
    /// Left without a word.
    pub(super) walked_away: u64,
    /// Came too late to pay.
    pub(super) too_late: u64,
    /// Never got an answer they could use.
    pub(super) unclear: u64,
    /// Requests that were sent again because the first got no answer, or "come back later".
    pub(super) repeated: u64,
}

/// A latency distribution in microseconds.
pub(super) type Latency = Histogram<u64>;

/// An empty distribution.
pub(super) fn empty_latency() -> Result<Latency, CreationError> {
    Histogram::new_with_bounds(1, LONGEST_ANSWER_US, SIGNIFICANT_DIGITS)
}

/// Counted on the buyers' thread, read by the picture.
pub(super) struct Tally(Mutex<Counted>);

struct Counted {
    counts: Counts,
    latency: Latency,
}

impl Tally {
    /// Nothing counted.
    pub(super) fn new() -> Result<Self, CreationError> {
        Ok(Self(Mutex::new(Counted {
            counts: Counts::default(),
            latency: empty_latency()?,
        })))
    }

    /// Counts something.
    pub(super) fn note(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.lock().counts);
    }

    /// Counts one answer's latency.
    pub(super) fn answered(&self, after: Duration) {
        let micros = u64::try_from(after.as_micros()).unwrap_or(u64::MAX);
        self.lock().latency.saturating_record(micros);
    }

    /// The counts so far, and the latencies since the last call.
    pub(super) fn take(&self) -> (Counts, Latency) {
        let mut counted = self.lock();
        let empty = Histogram::new_from(&counted.latency);
        (counted.counts, std::mem::replace(&mut counted.latency, empty))
    }

    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
