//! The stock engine as one thing: what operations work with.

use std::sync::Arc;
use std::time::Duration;

use storage::{Database, Engine, StorageError, Tenants};

use crate::clock::Clock;
use crate::directory::Directory;
use crate::item::ItemContext;
use crate::journal::{Journal, JournalParts};
use crate::live::Hub;
use crate::metrics::Metrics;

/// How the engine is sized.
#[derive(Clone, Debug)]
pub struct StockSettings {
    /// Commands that may be on their way to the journal at once.
    pub journal_permits: usize,
    /// Messages an item's mailbox holds.
    pub mailbox_capacity: usize,
    /// How long a caller waits for an answer before it is told to ask again.
    pub answer_within: Duration,
    /// Messages that each live topic keeps for screens that were away.
    pub live_messages_kept: usize,
    /// How long an unused item stays in memory.
    pub idle_after: Duration,
}

/// Everything operations need. Cheap to clone.
#[derive(Clone)]
pub struct Stock {
    /// The way to items.
    pub directory: Directory,
    /// The way to durability.
    pub journal: Journal,
    /// The way to a tenant's rows.
    pub tenants: Tenants,
    /// The engine's own reads.
    pub engine: Engine,
    /// Who tells browsers what was committed.
    pub live: Hub,
    /// Time and fresh ids.
    pub clock: Arc<dyn Clock>,
    /// What is counted.
    pub metrics: Metrics,
    pub(crate) answer_within: Duration,
}

/// The engine could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database settings are unusable.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// No thread to be had.
    #[error("starting the journal's thread: {0}")]
    Thread(#[from] std::io::Error),
}

impl Stock {
    /// Starts the journal and the directory. Must be called inside an actix system. The journal takes
    /// its shards in the background; [`Journal::is_open`] tells when.
    ///
    /// # Errors
    /// When the settings are unusable or no thread can be had.
    pub fn start(database: &Database, settings: &StockSettings, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        let metrics = Metrics::default();
        let tenants = Tenants::new(database)?;
        let engine = Engine::new(database)?;
        let (live, feed) = Hub::start(engine.clone(), settings.live_messages_kept, Arc::clone(&clock));
        let parts = JournalParts {
            permits: settings.journal_permits,
            feed,
            metrics: metrics.clone(),
        };
        let journal = Journal::start(database.clone(), parts, &clock)?;
        let shared = Arc::new(ItemContext {
            journal: journal.clone(),
            clock: Arc::clone(&clock),
            metrics: metrics.clone(),
            mailbox_capacity: settings.mailbox_capacity,
        });
        let directory = Directory::start(engine.clone(), shared, settings.idle_after);
        Ok(Self {
            directory,
            journal,
            tenants,
            engine,
            live,
            clock,
            metrics,
            answer_within: settings.answer_within,
        })
    }

    /// Takes nothing more in, makes what was taken durable, and lets the items go.
    pub async fn shut_down(&self) {
        self.journal.shut_down().await;
        self.directory.clear();
        self.tenants.close();
        self.engine.close();
    }
}
