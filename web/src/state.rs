//! What handlers share.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actors::Stock;
use actors::checkpoints::Checkpoints;
use actors::connections::ConnectionTests;
use actors::operations::factors::Means;
use actors::people::People;
use actors::sso::SignOn;
use actors::tokens::Tokens;
use actors::vault::Vault;
use jiff::Timestamp;
use prometheus_client::registry::Registry;
use storage::sessions::LiveSession;

use crate::edges::{EdgeSettings, Edges};
use crate::identity::Machine;
use crate::live::{Live, LiveSettings};
use crate::metrics::HttpMetrics;
use crate::remembered::Remembered;

/// A key or token that is revoked elsewhere works at most this much longer.
const KEY_REMEMBERED: Duration = Duration::from_secs(10);
/// A session that was ended elsewhere works at most this much longer.
const SESSION_REMEMBERED: Duration = Duration::from_secs(4);

/// Cheap to clone; one per worker.
#[derive(Clone)]
pub struct AppState {
    /// The stock engine.
    pub stock: Stock,
    /// People, their sessions and keys.
    pub people: People,
    /// Providers of single sign-on.
    pub sign_on: SignOn,
    /// What our pages say as their `Origin`.
    pub(crate) origins: Arc<[String]>,
    pub(crate) sessions: Remembered<LiveSession>,
    pub(crate) live: Arc<Live>,
    /// What signs and believes tokens.
    pub tokens: Tokens,
    /// Where secrets are.
    pub vault: Vault,
    /// Tests of what is entered for platforms.
    pub connections: ConnectionTests,
    pub(crate) machines: Remembered<Machine>,
    pub(crate) edges: Arc<Edges>,
    pub(crate) metrics: HttpMetrics,
    pub(crate) registry: Arc<Registry>,
    pub(crate) checkpoints: Option<Checkpoints>,
    pub(crate) demo_mails: Option<PathBuf>,
}

/// What every handler stands on.
pub struct Parts {
    /// The stock engine.
    pub stock: Stock,
    /// People, their sessions and keys.
    pub people: People,
    /// What signs and believes tokens.
    pub tokens: Tokens,
    /// How live sockets are bounded.
    pub live: LiveSettings,
}

impl AppState {
    /// Registers this layer's metrics beside those already in `registry`.
    #[must_use]
    pub fn new(parts: Parts, edges: &EdgeSettings, mut registry: Registry) -> Self {
        let Parts {
            stock,
            people,
            tokens,
            live,
        } = parts;
        let live = Live::new(&stock, live, &mut registry);
        let metrics = HttpMetrics::default();
        let clock = Arc::clone(&stock.clock);
        metrics.register(&mut registry);
        let vault = Vault::closed("the hub was started without one", Arc::clone(&stock.clock));
        Self {
            stock,
            origins: origins(&people.settings.public_url).into(),
            people,
            sessions: Remembered::for_at_most(SESSION_REMEMBERED),
            sign_on: SignOn::default(),
            live: Arc::new(live),
            tokens,
            vault,
            connections: ConnectionTests::default(),
            machines: Remembered::for_at_most(KEY_REMEMBERED),
            edges: Arc::new(Edges::new(edges, clock)),
            metrics,
            registry: Arc::new(registry),
            checkpoints: None,
            demo_mails: None,
        }
    }

    /// Forgets what was remembered of sessions, because one of them changed or ended: the next request asks the database.
    /// Live sockets are looked at now.
    pub(crate) fn forget_sessions(&self) {
        self.sessions.forget_all();
        self.live.look_now.notify_one();
    }

    /// What operations on factors work with.
    pub(crate) fn factors(&self) -> Means<'_> {
        Means {
            people: &self.people,
            vault: &self.vault,
        }
    }

    /// Whether a session is not ended by time: at its end, or unused for long.
    pub(crate) fn is_session_alive(&self, session: &LiveSession) -> bool {
        let now = self.people.clock.now();
        let idle = self.people.settings.session_idle;
        let ends_unused = session.last_seen_at.checked_add(idle).unwrap_or(Timestamp::MAX);
        session.expires_at > now && ends_unused > now
    }

    /// With a vault that is open, and tests for what goes into it.
    #[must_use]
    pub fn with_vault(mut self, vault: Vault, connections: ConnectionTests) -> Self {
        self.vault = vault;
        self.connections = connections;
        self
    }

    /// With providers of single sign-on.
    #[must_use]
    pub fn with_sign_on(mut self, sign_on: SignOn) -> Self {
        self.sign_on = sign_on;
        self
    }

    /// Shows the letters in this folder to whoever is at this machine: for a demo, whose accounts are nobody's.
    #[must_use]
    pub fn with_demo_mails(mut self, folder: PathBuf) -> Self {
        self.demo_mails = Some(folder);
        self
    }

    /// Lets the audit log be verified against its signed checkpoints.
    #[must_use]
    pub fn with_checkpoints(mut self, checkpoints: Checkpoints) -> Self {
        self.checkpoints = Some(checkpoints);
        self
    }
}

/// What pages at this address say as their origin; a hub on this machine is reached by either name.
fn origins(public_url: &str) -> Vec<String> {
    let mut origins = vec![public_url.to_owned()];
    if let Some(port) = public_url.strip_prefix("http://localhost:") {
        origins.push(format!("http://127.0.0.1:{port}"));
    }
    origins
}
