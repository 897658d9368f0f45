//! What a load run has seen: counted per thread while it runs, read live from outside, summed up at the end.
//!
//! Written by [`load`](super::load), read by benchmarks, demo and crash tests. Each thread of a run counts under a lock of
//! its own, which nobody else wants except a reader now and then: that is cheaper than counters shared between threads.
//! It must never hold such a lock for longer than a few words take to copy or swap.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hdrhistogram::{CreationError, Histogram};

/// Latencies above it count as it.
const LONGEST_LATENCY_US: u64 = 60_000_000;
const SIGNIFICANT_DIGITS: u8 = 3;

/// A view on a run that is under way. Cheap to clone, and may be read from any thread.
#[derive(Clone)]
pub struct Progress(Arc<Ledger>);

/// The result of a run. The warm-up is in none of its numbers.
#[derive(Clone, Debug)]
pub struct Report {
    /// What became of the requests.
    pub counts: Counts,
    /// Answers per HTTP status.
    pub by_status: BTreeMap<u16, u64>,
    /// Latency of all answered requests.
    pub latency: Latency,
    /// From the end of the warm-up to the last answer, and at least the time the plan asked for, if that has passed.
    pub elapsed: Duration,
}

/// What became of the requests so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Got a complete answer, of any status.
    pub answered: u64,
    /// Answered with 2xx.
    pub accepted: u64,
    /// Answered with 4xx.
    pub refused: u64,
    /// Answered with 5xx.
    pub unavailable: u64,
    /// Sent and not answered: in doubt.
    pub lost: u64,
    /// Attempts that failed before a request was sent. The request is tried again.
    pub connect_errors: u64,
    /// Connections that ended early because the server could not be reached for longer than the plan's patience.
    pub gave_up: u64,
}

/// A distribution of latencies, to three significant digits.
#[derive(Clone, Debug)]
pub struct Latency(Histogram<u64>);

/// What the threads of a run share with its readers.
struct Ledger {
    threads: Vec<Arc<Mutex<Tally>>>,
    /// Latencies that a reader of intervals has taken out of the tallies.
    taken: Mutex<Histogram<u64>>,
}

/// What one thread has counted.
pub(super) struct Tally {
    /// Searched from the front; a run sees only a handful of different statuses.
    statuses: Vec<(u16, u64)>,
    latency: Histogram<u64>,
    pub(super) lost: u64,
    pub(super) connect_errors: u64,
    pub(super) gave_up: u64,
    last_answer: Option<Instant>,
}

impl Progress {
    /// Nothing counted yet, for a run of so many threads.
    pub(super) fn new(threads: usize) -> Result<Self, CreationError> {
        let taken = Histogram::new_with_bounds(1, LONGEST_LATENCY_US, SIGNIFICANT_DIGITS)?;
        let threads = (0..threads)
            .map(|_| Arc::new(Mutex::new(Tally::like(&taken))))
            .collect();
        Ok(Self(Arc::new(Ledger {
            threads,
            taken: Mutex::new(taken),
        })))
    }

    /// The tallies, one per thread.
    pub(super) fn tallies(&self) -> impl Iterator<Item = Arc<Mutex<Tally>>> {
        self.0.threads.iter().map(Arc::clone)
    }

    /// What became of the requests so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for tally in &self.0.threads {
            lock(tally).add_to(&mut counts);
        }
        counts
    }

    /// The latencies since the last call. One reader per run: two would each see a part.
    #[must_use]
    pub fn take_interval(&self) -> Latency {
        let mut taken = lock(&self.0.taken);
        let mut interval = Histogram::new_from(&taken);
        for tally in &self.0.threads {
            let mut swapped = Histogram::new_from(&taken);
            std::mem::swap(&mut lock(tally).latency, &mut swapped);
            interval += &swapped;
        }
        *taken += &interval;
        Latency(interval)
    }

    /// The result of a run that was measured from `from` until at least `until`.
    pub(super) fn report(&self, from: Instant, until: Instant) -> Report {
        let _ = self.take_interval();
        let mut by_status = BTreeMap::new();
        let mut until = until;
        for tally in &self.0.threads {
            let tally = lock(tally);
            until = tally.last_answer.map_or(until, |last| last.max(until));
            for (status, count) in &tally.statuses {
                *by_status.entry(*status).or_default() += count;
            }
        }
        Report {
            counts: self.counts(),
            by_status,
            latency: Latency(lock(&self.0.taken).clone()),
            elapsed: until.saturating_duration_since(from),
        }
    }
}

impl Tally {
    fn like(histogram: &Histogram<u64>) -> Self {
        Self {
            statuses: Vec::new(),
            latency: Histogram::new_from(histogram),
            lost: 0,
            connect_errors: 0,
            gave_up: 0,
            last_answer: None,
        }
    }

    /// Counts one answer.
    pub(super) fn answered(&mut self, status: u16, latency: Duration, at: Instant) {
        match self.statuses.iter_mut().find(|(known, _)| *known == status) {
            Some((_, count)) => *count += 1,
            None => self.statuses.push((status, 1)),
        }
        self.latency
            .saturating_record(u64::try_from(latency.as_micros()).unwrap_or(u64::MAX));
        self.last_answer = Some(at);
    }

    fn add_to(&self, counts: &mut Counts) {
        for (status, count) in &self.statuses {
            counts.answered += count;
            match status / 100 {
                2 => counts.accepted += count,
                4 => counts.refused += count,
                5 => counts.unavailable += count,
                _ => {}
            }
        }
        counts.lost += self.lost;
        counts.connect_errors += self.connect_errors;
        counts.gave_up += self.gave_up;
    }
}

impl Report {
    /// Answers per second.
    #[must_use]
    pub fn requests_per_second(&self) -> f64 {
        let seconds = self.elapsed.as_secs_f64();
        if seconds > 0.0 {
            self.counts.answered as f64 / seconds
        } else {
            0.0
        }
    }
}

impl Latency {
    /// Requests in the distribution.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// Half of the requests were answered within so many milliseconds; 0 when there were none.
    #[must_use]
    pub fn p50_ms(&self) -> f64 {
        self.quantile_ms(0.5)
    }

    /// 99 of 100 requests were answered within so many milliseconds.
    #[must_use]
    pub fn p99_ms(&self) -> f64 {
        self.quantile_ms(0.99)
    }

    /// The slowest answer, in milliseconds.
    #[must_use]
    pub fn max_ms(&self) -> f64 {
        self.quantile_ms(1.0)
    }

    /// The share `quantile` (0 to 1) of requests was answered within so many milliseconds.
    #[must_use]
    pub fn quantile_ms(&self, quantile: f64) -> f64 {
        self.0.value_at_quantile(quantile) as f64 / 1_000.0
    }
}

/// A panic while counting leaves numbers behind that are still numbers.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(progress: &Progress, thread: usize, answers: &[(u16, u64)]) {
        for (status, latency_ms) in answers {
            lock(&progress.0.threads[thread]).answered(*status, Duration::from_millis(*latency_ms), Instant::now());
        }
    }

    #[test]
    fn answers_are_counted_by_class_over_all_threads() {
        let progress = Progress::new(2).unwrap();
        count(&progress, 0, &[(200, 1), (201, 1), (409, 1), (302, 1)]);
        count(&progress, 1, &[(201, 1), (503, 1)]);
        let counts = progress.counts();
        assert_eq!(
            counts,
            Counts {
                answered: 6,
                accepted: 3,
                refused: 1,
                unavailable: 1,
                ..Counts::default()
            }
        );
        let report = progress.report(Instant::now(), Instant::now());
        assert_eq!(
            report.by_status,
            BTreeMap::from([(200, 1), (201, 2), (302, 1), (409, 1), (503, 1)])
        );
    }

    #[test]
    fn an_interval_holds_what_came_since_the_last_one_and_the_report_holds_all() {
        let progress = Progress::new(2).unwrap();
        count(&progress, 0, &[(200, 1); 99]);
        count(&progress, 1, &[(200, 500)]);
        let first = progress.take_interval();
        assert_eq!(
            (first.count(), first.p50_ms().round(), first.max_ms().round()),
            (100, 1.0, 500.0)
        );
        count(&progress, 1, &[(200, 20)]);
        let second = progress.take_interval();
        assert_eq!((second.count(), second.p99_ms().round()), (1, 20.0));
        assert_eq!(progress.take_interval().count(), 0);
        assert_eq!(progress.report(Instant::now(), Instant::now()).latency.count(), 101);
    }

    #[test]
    fn a_report_lasts_until_the_last_answer_or_the_end_of_the_plan_whichever_is_later() {
        let progress = Progress::new(1).unwrap();
        let from = Instant::now();
        let second = Duration::from_secs(1);
        lock(&progress.0.threads[0]).answered(200, second, from + 2 * second);
        assert_eq!(progress.report(from, from + second).elapsed, 2 * second);
        assert_eq!(progress.report(from, from + 4 * second).elapsed, 4 * second);
        assert!((progress.report(from, from + 4 * second).requests_per_second() - 0.25).abs() < f64::EPSILON);
    }
}
