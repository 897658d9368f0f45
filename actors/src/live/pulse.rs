//! How busy an organization is: counted only while somebody watches its metrics.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use domain::ids::OrgId;
use hdrhistogram::Histogram;

use super::Sample;
use crate::clock::stopwatch;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Done, and it reserved something.
    Reserved,
    /// Done, or done before.
    Done,
    /// A rule said no.
    Refused,
    /// It could not be decided or written now.
    NotDone,
}

/// Counts of the current second, by organization.
#[derive(Default)]
pub(super) struct Pulse {
    is_watched: AtomicBool,
    seconds: Mutex<HashMap<OrgId, Second>>,
    sockets: Mutex<HashMap<OrgId, u64>>,
}

struct Second {
    began: Instant,
    commands: u32,
    reservations: u32,
    refusals: u32,
    took_us: Histogram<u32>,
}

impl Pulse {
    pub(super) fn set_watched(&self, is_watched: bool) {
        self.is_watched.store(is_watched, Ordering::Relaxed);
        if !is_watched {
            self.seconds().clear();
        }
    }

    pub(super) fn is_watched(&self) -> bool {
        self.is_watched.load(Ordering::Relaxed)
    }

    /// Begins to count for an organization.
    pub(super) fn count_for(&self, org: OrgId) {
        self.seconds().entry(org).or_insert_with(Second::begin);
    }

    pub(super) fn note(&self, org: OrgId, ended: Ended, took: Duration) {
        let mut seconds = self.seconds();
        let Some(second) = seconds.get_mut(&org) else { return };
        second.commands += 1;
        match ended {
            Ended::Reserved => second.reservations += 1,
            Ended::Refused => second.refusals += 1,
            Ended::Done | Ended::NotDone => {}
        }
        second
            .took_us
            .saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

    /// What was counted since it was last taken.
    pub(super) fn take(&self, org: OrgId) -> Sample {
        let second = self.seconds().insert(org, Second::begin());
        let sockets = self.sockets().get(&org).copied().unwrap_or(0);
        let idle = Sample {
            sockets,
            ..Sample::default()
        };
        second.map_or(idle, |second| Sample {
            sockets,
            ..second.sample()
        })
    }

    pub(super) fn socket_opened(&self, org: OrgId) {
        *self.sockets().entry(org).or_default() += 1;
    }

    pub(super) fn socket_closed(&self, org: OrgId) {
        let mut sockets = self.sockets();
        if let Some(open) = sockets.get_mut(&org) {
            *open -= 1;
            if *open == 0 {
                sockets.remove(&org);
            }
        }
    }

    fn seconds(&self) -> MutexGuard<'_, HashMap<OrgId, Second>> {
        self.seconds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sockets(&self) -> MutexGuard<'_, HashMap<OrgId, u64>> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Second {
    fn begin() -> Self {
        Self {
            began: stopwatch(),
            commands: 0,
            reservations: 0,
            refusals: 0,
            // One microsecond to a minute, to one part in a hundred.
            took_us: Histogram::new_with_bounds(1, 60_000_000, 2).unwrap_or_else(|_| unbounded()),
        }
    }

    fn sample(&self) -> Sample {
        let seconds = self.began.elapsed().as_secs_f64().max(0.001);
        let ms = |quantile| self.took_us.value_at_quantile(quantile) as f64 / 1_000.0;
        Sample {
            reservations_per_s: f64::from(self.reservations) / seconds,
            refusals_per_s: f64::from(self.refusals) / seconds,
            commands_per_s: f64::from(self.commands) / seconds,
            p50_ms: ms(0.5),
            p99_ms: ms(0.99),
            commit_ms: 0.0,
            sockets: 0,
        }
    }
}

#[expect(
    clippy::unreachable,
    reason = "1, 60,000,000 and 2 are bounds that the histogram takes"
)]
fn unbounded() -> Histogram<u32> {
    unreachable!("the bounds are constants")
}
