//! What handlers share.

use std::sync::Arc;
use std::time::Duration;

use actors::Stock;
use actors::checkpoints::Checkpoints;
use actors::connections::ConnectionTests;
use actors::vault::Vault;
use moka::sync::Cache;
use prometheus_client::registry::Registry;
use storage::api_keys::ApiKeyOwner;

use crate::metrics::HttpMetrics;

/// A revoked key works at most this much longer.
const KEY_REMEMBERED: Duration = Duration::from_secs(10);
/// Keys remembered, valid or not, so that a flood of wrong keys stays off the database.
const KEYS_REMEMBERED: u64 = 100_000;

/// Cheap to clone; one per worker.
#[derive(Clone)]
pub struct AppState {
    /// The stock engine.
    pub stock: Stock,
    /// Where secrets are.
    pub vault: Vault,
    /// Tests of what is entered for platforms.
    pub connections: ConnectionTests,
    pub(crate) keys: Cache<[u8; 32], Option<ApiKeyOwner>>,
    pub(crate) metrics: HttpMetrics,
    pub(crate) registry: Arc<Registry>,
    pub(crate) checkpoints: Option<Checkpoints>,
}

impl AppState {
    /// Registers this layer's metrics beside those already in `registry`.
    #[must_use]
    pub fn new(stock: Stock, mut registry: Registry) -> Self {
        let metrics = HttpMetrics::default();
        metrics.register(&mut registry);
        let keys = Cache::builder()
            .max_capacity(KEYS_REMEMBERED)
            .time_to_live(KEY_REMEMBERED)
            .build();
        let vault = Vault::closed("the hub was started without one", Arc::clone(&stock.clock));
        Self {
            stock,
            vault,
            connections: ConnectionTests::default(),
            keys,
            metrics,
            registry: Arc::new(registry),
            checkpoints: None,
        }
    }

    /// With a vault that is open, and tests for what goes into it.
    #[must_use]
    pub fn with_vault(mut self, vault: Vault, connections: ConnectionTests) -> Self {
        self.vault = vault;
        self.connections = connections;
        self
    }

    /// Lets the audit log be verified against its signed checkpoints.
    #[must_use]
    pub fn with_checkpoints(mut self, checkpoints: Checkpoints) -> Self {
        self.checkpoints = Some(checkpoints);
        self
    }
}
