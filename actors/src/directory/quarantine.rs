//! Commands that panic: three strikes and the command is refused, so that its item can go on.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use domain::ids::CommandId;
use domain::stock::ItemKey;
use tracing::error;

use crate::metrics::Metrics;

/// Panics after which a command is refused.
const STRIKES: u8 = 3;
/// Commands remembered; far more than any honest day brings.
const REMEMBERED: usize = 10_000;

pub(super) struct Quarantine {
    strikes: Mutex<HashMap<(ItemKey, CommandId), u8>>,
    is_in_use: AtomicBool,
    metrics: Metrics,
}

impl Quarantine {
    pub(super) fn new(metrics: Metrics) -> Self {
        Self {
            strikes: Mutex::default(),
            is_in_use: AtomicBool::new(false),
            metrics,
        }
    }

    pub(super) fn note(&self, key: ItemKey, command: CommandId) {
        let mut strikes = self.strikes.lock().unwrap_or_else(PoisonError::into_inner);
        if strikes.len() >= REMEMBERED {
            strikes.clear();
        }
        let count = strikes.entry((key, command)).or_default();
        *count = count.saturating_add(1);
        self.is_in_use.store(true, Ordering::Release);
        error!(item = %key.item, org = %key.org, %command, strikes = *count, "an item actor panicked");
        if *count == STRIKES {
            self.metrics.quarantined_commands.inc();
        }
    }

    pub(super) fn holds(&self, key: ItemKey, command: CommandId) -> bool {
        if !self.is_in_use.load(Ordering::Acquire) {
            return false;
        }
        let strikes = self.strikes.lock().unwrap_or_else(PoisonError::into_inner);
        strikes.get(&(key, command)).is_some_and(|count| *count >= STRIKES)
    }
}
