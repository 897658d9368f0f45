//! What handlers share.

use std::sync::Arc;
use std::time::Duration;

use actors::Stock;
use actors::checkpoints::Checkpoints;
use actors::tokens::Tokens;
use moka::sync::Cache;
use prometheus_client::registry::Registry;

use crate::edges::{EdgeSettings, Edges};
use crate::identity::Machine;
use crate::metrics::HttpMetrics;

/// A key or token that is revoked elsewhere works at most this much longer.
const KEY_REMEMBERED: Duration = Duration::from_secs(10);
/// Keys remembered, valid or not, so that a flood of wrong keys stays off the database.
const KEYS_REMEMBERED: u64 = 100_000;

/// Cheap to clone; one per worker.
#[derive(Clone)]
pub struct AppState {
    /// The stock engine.
    pub stock: Stock,
    /// What signs and believes tokens.
    pub tokens: Tokens,
    pub(crate) machines: Cache<[u8; 32], Option<Machine>>,
    pub(crate) edges: Arc<Edges>,
    pub(crate) metrics: HttpMetrics,
    pub(crate) registry: Arc<Registry>,
    pub(crate) checkpoints: Option<Checkpoints>,
}

impl AppState {
    /// Registers this layer's metrics beside those already in `registry`.
    #[must_use]
    pub fn new(stock: Stock, tokens: Tokens, edges: &EdgeSettings, mut registry: Registry) -> Self {
        let metrics = HttpMetrics::default();
        let clock = Arc::clone(&stock.clock);
        metrics.register(&mut registry);
        let machines = Cache::builder()
            .max_capacity(KEYS_REMEMBERED)
            .time_to_live(KEY_REMEMBERED)
            .build();
        Self {
            stock,
            tokens,
            machines,
            edges: Arc::new(Edges::new(edges, clock)),
            metrics,
            registry: Arc::new(registry),
            checkpoints: None,
        }
    }

    /// Lets the audit log be verified against its signed checkpoints.
    #[must_use]
    pub fn with_checkpoints(mut self, checkpoints: Checkpoints) -> Self {
        self.checkpoints = Some(checkpoints);
        self
    }
}
