//! What the sockets count.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// Why the hub closed a socket.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(crate) struct CloseLabel {
    /// A code of `docs/live.md`.
    pub(crate) code: u32,
}

/// The metrics of the live sockets.
#[derive(Clone, Debug, Default)]
pub(crate) struct LiveMetrics {
    /// Open now.
    pub(crate) sockets: Gauge,
    /// Messages of topics handed to sockets.
    pub(crate) deliveries: Counter,
    /// Sockets that the hub closed, by code.
    pub(crate) closes: Family<CloseLabel, Counter>,
    /// Sockets closed because they were too slow.
    pub(crate) slow_closes: Counter,
    /// Catch-ups that were one message for several.
    pub(crate) conflations: Counter,
}

impl LiveMetrics {
    pub(crate) fn register(&self, registry: &mut Registry) {
        registry.register("live_sockets", "Open live sockets", self.sockets.clone());
        registry.register(
            "live_deliveries",
            "Messages of topics handed to sockets",
            self.deliveries.clone(),
        );
        registry.register(
            "live_closes",
            "Sockets that the hub closed, by code",
            self.closes.clone(),
        );
        registry.register(
            "live_slow_closes",
            "Sockets closed because they were too slow",
            self.slow_closes.clone(),
        );
        registry.register(
            "live_conflations",
            "Catch-ups that were one message for several",
            self.conflations.clone(),
        );
    }
}
