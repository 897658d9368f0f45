//! Admission: a command takes a permit before it is decided, so nothing is decided that cannot be written.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::metrics::Metrics;

/// The gate in front of the journal. Lock-free: it is on every command's way.
#[derive(Clone)]
pub struct Admission {
    gate: Arc<Gate>,
}

struct Gate {
    in_use: AtomicUsize,
    limit: usize,
    is_open: AtomicBool,
    is_closing: AtomicBool,
    metrics: Metrics,
}

/// Why a command may not be decided now. It had no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAdmitted {
    /// As many commands as memory allows are waiting for their commit.
    #[error("all {limit} journal permits are in use")]
    Busy {
        /// How many there are.
        limit: usize,
    },
    /// The database is away.
    #[error("the journal has no database")]
    Unavailable,
    /// The hub is stopping.
    #[error("the hub is shutting down")]
    ShuttingDown,
}

/// The right to stage one command; given back when it is answered.
pub struct Permit {
    gate: Arc<Gate>,
}

impl Admission {
    /// A closed gate with `limit` permits; the journal opens it when it owns its shards.
    #[must_use]
    pub fn new(limit: usize, metrics: Metrics) -> Self {
        let gate = Gate {
            in_use: AtomicUsize::new(0),
            limit,
            is_open: AtomicBool::new(false),
            is_closing: AtomicBool::new(false),
            metrics,
        };
        Self { gate: Arc::new(gate) }
    }

    /// Takes a permit, at once or not at all.
    ///
    /// # Errors
    /// [`NotAdmitted`], of which every variant means "no effect, try again later".
    pub fn admit(&self) -> Result<Permit, NotAdmitted> {
        let gate = &self.gate;
        if gate.is_closing.load(Ordering::Acquire) {
            return Err(NotAdmitted::ShuttingDown);
        }
        if !gate.is_open.load(Ordering::Acquire) {
            return Err(NotAdmitted::Unavailable);
        }
        if gate.in_use.fetch_add(1, Ordering::AcqRel) >= gate.limit {
            gate.in_use.fetch_sub(1, Ordering::AcqRel);
            return Err(NotAdmitted::Busy { limit: gate.limit });
        }
        Ok(Permit { gate: Arc::clone(gate) })
    }

    /// Whether commands are admitted: the journal has its database and the hub is not stopping.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.gate.is_open.load(Ordering::Acquire) && !self.gate.is_closing.load(Ordering::Acquire)
    }

    /// How many permits are out.
    #[must_use]
    pub fn in_use(&self) -> usize {
        self.gate.in_use.load(Ordering::Acquire)
    }

    pub(super) fn set_open(&self, is_open: bool) {
        self.gate.is_open.store(is_open, Ordering::Release);
    }

    pub(super) fn close_for_good(&self) {
        self.gate.is_closing.store(true, Ordering::Release);
    }

    /// Copies the number of permits in use to its gauge; called once per batch rather than once per command.
    pub(super) fn report(&self) {
        self.gate
            .metrics
            .admitted
            .set(i64::try_from(self.in_use()).unwrap_or(i64::MAX));
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.gate.in_use.fetch_sub(1, Ordering::AcqRel);
    }
}
