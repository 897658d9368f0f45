//! Live: one WebSocket per browser tab that tells what was committed. The protocol is in `docs/live.md`.
//!
//! `upgrade.rs` takes a connection over from the HTTP server, `worker.rs` has the sockets of one thread, `connection.rs` is
//! what is said over one, `socket.rs` its bytes, `wire.rs` their frames. What is told comes from `actors::live`.

mod asyncapi;
mod census;
mod connection;
mod fan;
mod messages;
mod metrics;
mod rounds;
mod socket;
mod tickets;
mod upgrade;
mod window;
pub mod wire;
mod worker;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actors::Stock;
use actors::clock::{Clock, pause};
use actors::live::{Hub, TopicName};
use prometheus_client::registry::Registry;
use storage::Tenants;
use tokio::sync::Notify;

pub use asyncapi::asyncapi_json;
pub(crate) use census::{Census, Seat};
pub(crate) use metrics::LiveMetrics;
pub(crate) use rounds::run as run_rounds;
pub(crate) use tickets::{GOOD_FOR, Holder, Rights, Tickets};
pub(crate) use upgrade::{Admitted, Upgrades};
use worker::{Door, Order};

/// Reconnects a second that a stop asks for, so that the next start is not met by all at once.
const BACK_A_SECOND: u64 = 2_000;
/// The longest a client is asked to wait after a stop.
const BACK_WITHIN_MS: u64 = 20_000;
/// How long closing may hold a stop up.
const GOODBYE_POLLS: u32 = 100;
const GOODBYE_POLL: Duration = Duration::from_millis(20);

/// How live sockets are bounded.
#[derive(Clone, Debug)]
pub struct LiveSettings {
    /// Sites besides the hub's own whose pages may open sockets, exactly as browsers name them.
    pub origins: Vec<String>,
    /// Open sockets of one person.
    pub sockets_per_person: u32,
    /// Open sockets from one address.
    pub sockets_per_address: u32,
    /// Open sockets.
    pub sockets: u32,
    /// Bytes of one message of a client.
    pub largest_message: usize,
    /// Messages a second on the topic `probe`, for measuring; 0: there is no such topic.
    pub probe_per_second: u32,
}

/// What the sockets of all threads share.
pub(crate) struct Live {
    pub(crate) hub: Hub,
    pub(crate) tickets: Tickets,
    pub(crate) census: Arc<Census>,
    pub(crate) settings: LiveSettings,
    pub(crate) metrics: LiveMetrics,
    clock: Arc<dyn Clock>,
    tenants: Tenants,
    doors: Mutex<Vec<Arc<Door>>>,
    is_stopping: AtomicBool,
    /// Some session may have ended or changed: look now.
    pub(crate) look_now: Notify,
}

impl Live {
    pub(crate) fn new(stock: &Stock, settings: LiveSettings, registry: &mut Registry) -> Self {
        let metrics = LiveMetrics::default();
        metrics.register(registry);
        Self {
            tickets: Tickets::default(),
            census: Arc::new(Census::new(&settings, stock.live.clone(), metrics.clone())),
            hub: stock.live.clone(),
            settings,
            metrics,
            clock: Arc::clone(&stock.clock),
            tenants: stock.tenants.clone(),
            doors: Mutex::default(),
            is_stopping: AtomicBool::new(false),
            look_now: Notify::new(),
        }
    }

    /// Whether there is such a topic here.
    fn has_topic(&self, name: TopicName) -> bool {
        name != TopicName::Probe || self.settings.probe_per_second > 0
    }

    /// Whether new sockets are turned away because the hub stops.
    pub(crate) fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Acquire)
    }

    /// Tells everybody when to come back, closes all sockets, and waits a little for them to agree.
    pub(crate) async fn stop(&self) {
        self.is_stopping.store(true, Ordering::Release);
        let sockets = u64::from(self.census.sockets());
        let within_ms = (sockets * 1_000 / BACK_A_SECOND).min(BACK_WITHIN_MS);
        self.tell_all(|| Order::Stop { within_ms });
        for _ in 0..GOODBYE_POLLS {
            if self.census.sockets() == 0 {
                return;
            }
            pause(GOODBYE_POLL).await;
        }
    }

    fn add_door(&self, door: Arc<Door>) {
        self.doors().push(door);
    }

    fn tell_all(&self, order: impl Fn() -> Order) {
        self.doors().iter().for_each(|door| door.tell(order()));
    }

    fn doors(&self) -> MutexGuard<'_, Vec<Arc<Door>>> {
        self.doors.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
