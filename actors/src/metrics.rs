//! What this layer counts. Labels come from closed sets only.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// How a command ended.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct OutcomeLabel {
    /// `done`, `replayed`, `refused`, `busy`, `unavailable`, `unknown`, `failed`.
    pub outcome: &'static str,
}

/// The metrics of the stock engine.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// Commands by how they ended.
    pub commands: Family<OutcomeLabel, Counter>,
    /// Movements made durable.
    pub movements: Counter,
    /// Batches made durable.
    pub batches: Counter,
    /// From `BEGIN` to the commit's answer.
    pub commit_seconds: Histogram,
    /// Movements per batch.
    pub batch_movements: Histogram,
    /// Batches that were not written or in doubt.
    pub batch_failures: Counter,
    /// Commands admitted and not yet answered.
    pub admitted: Gauge,
    /// Items in memory.
    pub active_items: Gauge,
    /// Items loaded from the database.
    pub loaded_items: Counter,
    /// Item actors lost to a panic.
    pub item_panics: Counter,
    /// Commands that panicked three times and are refused.
    pub quarantined_commands: Counter,
    /// Reservations given back by their deadline.
    pub expired_reservations: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            commands: Family::default(),
            movements: Counter::default(),
            batches: Counter::default(),
            commit_seconds: Histogram::new(exponential_buckets(0.000_1, 2.0, 16)),
            batch_movements: Histogram::new(exponential_buckets(1.0, 2.0, 14)),
            batch_failures: Counter::default(),
            admitted: Gauge::default(),
            active_items: Gauge::default(),
            loaded_items: Counter::default(),
            item_panics: Counter::default(),
            quarantined_commands: Counter::default(),
            expired_reservations: Counter::default(),
        }
    }
}

impl Metrics {
    /// Makes the metrics visible under their names.
    pub fn register(&self, registry: &mut Registry) {
        registry.register("stock_commands", "Commands by how they ended", self.commands.clone());
        registry.register("journal_movements", "Movements made durable", self.movements.clone());
        registry.register("journal_batches", "Batches made durable", self.batches.clone());
        registry.register_with_unit(
            "journal_commit",
            "From BEGIN to the commit's answer",
            Unit::Seconds,
            self.commit_seconds.clone(),
        );
        registry.register(
            "journal_batch_movements",
            "Movements per batch",
            self.batch_movements.clone(),
        );
        registry.register(
            "journal_batch_failures",
            "Batches not written or in doubt",
            self.batch_failures.clone(),
        );
        registry.register(
            "journal_admitted",
            "Commands admitted and not yet answered",
            self.admitted.clone(),
        );
        registry.register("items_active", "Items in memory", self.active_items.clone());
        registry.register(
            "items_loaded",
            "Items loaded from the database",
            self.loaded_items.clone(),
        );
        registry.register("item_panics", "Item actors lost to a panic", self.item_panics.clone());
        registry.register(
            "commands_quarantined",
            "Commands refused after three panics",
            self.quarantined_commands.clone(),
        );
        registry.register(
            "reservations_expired",
            "Reservations given back by deadline",
            self.expired_reservations.clone(),
        );
    }
}

/// The metrics of the vault.
#[derive(Clone, Debug, Default)]
pub struct VaultMetrics {
    /// Secrets opened.
    pub opened: Counter,
    /// Sealed secrets that did not open where they stood: moved, changed, rolled back, or their key is gone.
    pub refused: Counter,
}

impl VaultMetrics {
    /// Makes the metrics visible under their names.
    pub fn register(&self, registry: &mut Registry) {
        registry.register("vault_opened", "Secrets opened", self.opened.clone());
        registry.register(
            "vault_refused",
            "Sealed secrets that did not open at their place",
            self.refused.clone(),
        );
    }
}
