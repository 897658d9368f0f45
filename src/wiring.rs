//! Putting the layers together: database, stock engine, server. Used by `serve`, `demo`, the benchmarks and the tests.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actors::checkpoints::{HubKey, Keeper};
use actors::clock::Clock;
use actors::mail::MailWay;
use actors::operations::organizations::bootstrap;
use actors::people::People;
use actors::sso::SignOn;
use actors::tokens::Tokens;
use actors::{Stock, private_files, repair};
use anyhow::{Context, bail};
use prometheus_client::registry::Registry;
use storage::embedded::{EmbeddedPostgres, EmbeddedSettings, keep_running};
use storage::{Database, Engine, Tenants, migrations, organizations, roles};
use tracing::{info, warn};
use web::AppState;

use crate::settings::Settings;
use crate::vault::{connection_tests, open_vault};

/// How long the journal may take to own its shards at the start.
const JOURNAL_WITHIN: Duration = Duration::from_secs(30);
/// How long the last audit checkpoint may hold a stop up.
const LAST_ROUND_WITHIN: Duration = Duration::from_secs(3);
const JOURNAL_POLL: Duration = Duration::from_millis(5);
const TOKEN_KEYS_FOLDER: &str = "token-keys";
const BOOTSTRAP_KEY_FILE: &str = "bootstrap-key";

/// A database that is migrated and safe to serve from.
pub struct Prepared {
    /// How to connect.
    pub database: Database,
    /// The embedded server, when that is what it is.
    pub embedded: Option<EmbeddedPostgres>,
}

/// Starts or finds the database, migrates the embedded one, and refuses an unsafe login.
///
/// # Errors
/// With what to do.
pub async fn prepare_database(settings: &Settings) -> anyhow::Result<Prepared> {
    let Some(external) = &settings.database else {
        return prepare_embedded(settings).await;
    };
    let database = Database::new(external)?;
    roles::check_login(&database).await?;
    let pending = migrations::list_pending(&database).await?;
    if !pending.is_empty() {
        bail!(
            "the database lacks the migrations {}; run `entrepot migrate --admin-url postgresql://…`",
            pending.join(", ")
        );
    }
    Ok(Prepared {
        database,
        embedded: None,
    })
}

async fn prepare_embedded(settings: &Settings) -> anyhow::Result<Prepared> {
    let embedded_settings = EmbeddedSettings {
        data_dir: settings.data_dir.clone(),
        pool_size: settings.pool_size,
    };
    let embedded = tokio::task::spawn_blocking(move || EmbeddedPostgres::start(&embedded_settings)).await??;
    info!(data_dir = %settings.data_dir.display(), found_running = !embedded.is_ours(), "embedded Postgres is up");
    embedded.prepare().await?;
    let admin = Database::new(&embedded.admin_settings())?;
    let applied = migrations::run(&admin, Some(embedded.login())).await?;
    if !applied.is_empty() {
        info!(migrations = applied.join(", "), "schema migrated");
    }
    let database = Database::new(&embedded.settings())?;
    roles::check_login(&database).await?;
    Ok(Prepared {
        database,
        embedded: Some(embedded),
    })
}

/// Creates the first organization in an empty database and keeps its key where the operator finds it. Returns the key
/// when it was made now.
///
/// # Errors
/// When the database or the data directory cannot be written.
pub async fn ensure_organization(
    database: &Database,
    settings: &Settings,
    clock: &dyn Clock,
) -> anyhow::Result<Option<String>> {
    let engine = Engine::new(database)?;
    if !organizations::list(&engine).await?.is_empty() {
        return Ok(None);
    }
    let tenants = Tenants::new(database)?;
    let name = &settings.bootstrap_organization;
    let given = settings.bootstrap_api_key.as_deref();
    let made = bootstrap(&tenants, clock, name, given).await?;
    if given.is_none() {
        std::fs::create_dir_all(&settings.data_dir).context("creating the data directory")?;
        let path = settings.data_dir.join(BOOTSTRAP_KEY_FILE);
        private_files::replace(&path, &format!("{}\n", made.api_key))
            .with_context(|| format!("writing {}", path.display()))?;
        info!(organization = name, key_file = %path.display(), "first organization created; its API key is in the file");
    }
    Ok(Some(made.api_key))
}

/// The key written when the first organization was made, if it is still there.
#[must_use]
pub fn read_bootstrap_key(settings: &Settings) -> Option<String> {
    let kept = std::fs::read_to_string(settings.data_dir.join(BOOTSTRAP_KEY_FILE)).ok();
    settings
        .bootstrap_api_key
        .clone()
        .or(kept)
        .map(|key| key.trim().to_owned())
}

/// A serving hub.
pub struct Hub {
    /// The stock engine.
    pub stock: Stock,
    people: People,
    /// Where it listens.
    pub addresses: Vec<SocketAddr>,
    server: actix_web::dev::ServerHandle,
    embedded: Option<WatchedPostgres>,
    live: web::LiveSockets,
    repair: tokio::task::JoinHandle<()>,
    keeper: RunningKeeper,
}

/// The loop that signs audit checkpoints.
struct RunningKeeper {
    stop: tokio::sync::oneshot::Sender<()>,
    task: tokio::task::JoinHandle<()>,
}

impl Hub {
    /// Starts everything on a prepared database. Must be called inside an actix system.
    ///
    /// # Errors
    /// When the address is taken or the journal cannot own its shards.
    pub async fn start(prepared: Prepared, settings: &Settings, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let Prepared { database, embedded } = prepared;
        match serve(&database, settings, clock).await {
            Ok(Served {
                stock,
                people,
                running,
                keeper,
            }) => {
                let repair = tokio::spawn(repair::run(stock.clone(), settings.repair_interval));
                tokio::spawn(running.server);
                Ok(Self {
                    stock,
                    people,
                    addresses: running.addresses,
                    server: running.handle,
                    embedded: embedded.map(|server| WatchedPostgres::start(server, settings.embedded_restarts)),
                    live: running.live,
                    repair,
                    keeper: RunningKeeper::start(keeper, settings.audit.checkpoint_interval),
                })
            }
            Err(error) => {
                // Nobody else would stop it.
                if let Some(embedded) = embedded.filter(EmbeddedPostgres::is_ours) {
                    embedded.stop()?;
                }
                Err(error)
            }
        }
    }

    /// Stops intake, lets requests under way finish, makes everything durable, and stops a database of our own.
    ///
    /// # Errors
    /// When the embedded server cannot be stopped.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.repair.abort();
        // First: the server would wait for them.
        self.live.stop().await;
        self.server.stop(true).await;
        self.keeper.stop().await;
        self.people.shut_down().await;
        self.stock.shut_down().await;
        drop(self.people);
        drop(self.stock);
        match self.embedded {
            Some(embedded) => embedded.stop().await,
            None => Ok(()),
        }
    }
}

/// A database of our own, and who starts it again when it dies.
struct WatchedPostgres {
    server: Arc<EmbeddedPostgres>,
    stop: tokio::sync::oneshot::Sender<()>,
    watch: tokio::task::JoinHandle<()>,
}

impl WatchedPostgres {
    fn start(server: EmbeddedPostgres, restarts: u32) -> Self {
        let server = Arc::new(server);
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let watch = tokio::spawn(keep_running(Arc::clone(&server), restarts, stopped));
        Self { server, stop, watch }
    }

    /// Nobody starts it any more, and then it is stopped.
    async fn stop(self) -> anyhow::Result<()> {
        let _gone = self.stop.send(());
        let _ended = self.watch.await;
        Ok(tokio::task::spawn_blocking(move || self.server.stop()).await??)
    }
}

impl RunningKeeper {
    fn start(keeper: Keeper, interval: Duration) -> Self {
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let task = tokio::spawn(keeper.run(interval, stopped));
        Self { stop, task }
    }

    /// Lets it sign once more what came since its last round.
    async fn stop(self) {
        let _gone = self.stop.send(());
        if tokio::time::timeout(LAST_ROUND_WITHIN, self.task).await.is_err() {
            warn!("the last audit checkpoint took too long; the next start signs it");
        }
    }
}

/// What serves.
struct Served {
    stock: Stock,
    people: People,
    running: web::Running,
    keeper: Keeper,
}

/// Starts the engine and binds the server.
async fn serve(database: &Database, settings: &Settings, clock: Arc<dyn Clock>) -> anyhow::Result<Served> {
    let stock = Stock::start(database, &settings.stock, clock)?;
    wait_for_journal(&stock).await?;
    let clock = Arc::clone(&stock.clock);
    let people = People::start(database, stock.tenants.clone(), clock, settings.people.clone())?;
    let mut registry = Registry::with_prefix("entrepot");
    stock.metrics.register(&mut registry);
    let tokens = Tokens::open(&stock, &settings.data_dir.join(TOKEN_KEYS_FOLDER), &settings.tokens)?;
    let vault = open_vault(settings, &stock.engine, &stock.clock).await?;
    vault.metrics().register(&mut registry);
    let key = HubKey::load_or_create(&settings.audit_key_file(), &*stock.clock)?;
    let keeper = Keeper::new(&stock, settings.checkpoint_folder(), key);
    let parts = web::Parts {
        stock: stock.clone(),
        people: people.clone(),
        tokens,
        live: settings.live.clone(),
    };
    let sign_on = SignOn::new(settings.sign_in.clone(), &people.settings.public_url, &stock.clock)?;
    let state = AppState::new(parts, &settings.edges, registry)
        .with_sign_on(sign_on)
        .with_checkpoints(keeper.checkpoints())
        .with_vault(vault, connection_tests(settings)?);
    let state = match (&settings.people.mail.way, settings.shows_mails) {
        (MailWay::Files(folder), true) if settings.server.address.ip().is_loopback() => {
            state.with_demo_mails(folder.clone())
        }
        (MailWay::Files(_) | MailWay::Smtp(_), _) => state,
    };
    let running =
        web::start(&settings.server, state).with_context(|| format!("listening on {}", settings.server.address))?;
    Ok(Served {
        stock,
        people,
        running,
        keeper,
    })
}

/// Waits until commands are admitted.
///
/// # Errors
/// When that takes longer than half a minute.
pub async fn wait_for_journal(stock: &Stock) -> anyhow::Result<()> {
    let waiting = async {
        let mut polls = tokio::time::interval(JOURNAL_POLL);
        while !stock.journal.is_open() {
            polls.tick().await;
        }
    };
    tokio::time::timeout(JOURNAL_WITHIN, waiting)
        .await
        .context("the journal cannot take its shards")
}
