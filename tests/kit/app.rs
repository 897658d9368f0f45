//! The real hub in process: its own thread, its own Postgres, port 0.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use actors::checkpoints::{Checkpoints, HubKey};
use actors::clock::{Clock, SystemClock, stopwatch};
use actors::operations::organizations::bootstrap;
use anyhow::{Context as _, ensure};
use entrepot::audit::{Verdict, audit};
use entrepot::audit_log::{LogVerdict, verify_all};
use entrepot::settings::Settings;
use entrepot::wiring::{Hub, ensure_organization, prepare_database};
use serde_json::{Value, json};
use simulators::shoppers::Client;
use storage::{Database, Tenants};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::call::{Answer, Call};
use crate::clock::ManualClock;
use crate::template::{fresh_folder, migrated_folder, remove_folder};

const API_KEY: &str = "ek_test";
/// Where its browsers find it: not where it listens, so that a link made from `Host` would show.
pub const PUBLIC_URL: &str = "https://hub.test";
const DEFAULTS: &[(&str, &str)] = &[
    ("SERVER__ADDRESS", "127.0.0.1:0"),
    ("SERVER__WORKERS", "1"),
    ("STOCK__REPAIR_INTERVAL_SECONDS", "1"),
    ("AUDIT__CHECKPOINT_INTERVAL_SECONDS", "1"),
    ("BOOTSTRAP__API_KEY", API_KEY),
    ("SERVER__PUBLIC_URL", PUBLIC_URL),
    // Tests ask as fast as they can, and the manual clock gives no share back.
    ("LIMITS__SIGN_IN_PER_MINUTE", "0"),
    ("LIMITS__LOOKUP_PER_MINUTE", "0"),
    ("LIMITS__OPERATORS_PER_MINUTE", "0"),
];

/// How to start an app that differs from the usual one.
pub struct TestAppBuilder {
    pairs: Vec<(String, String)>,
    clock: Option<Arc<ManualClock>>,
    folder: Option<PathBuf>,
    is_audited: bool,
    is_migrated: bool,
}

/// The real app. Ends by [`stop`](Self::stop) or by being dropped; both stop the hub and its Postgres, demand a clean
/// audit and remove the data directory.
pub struct TestApp {
    /// Where it listens.
    pub address: SocketAddr,
    /// The key of its first organization.
    pub api_key: String,
    /// The data directory.
    pub folder: PathBuf,
    /// The database as the hub reaches it.
    pub database: Database,
    /// How Postgres' superuser connects.
    pub admin_url: String,
    location: Uuid,
    clock: Option<Arc<ManualClock>>,
    settings: Settings,
    is_audited: bool,
    running: Option<Running>,
}

/// Another tenant.
#[derive(Clone, Debug)]
pub struct Organization {
    /// Its id.
    pub id: Uuid,
    /// Its key.
    pub api_key: String,
    /// Its first location.
    pub location: Uuid,
}

struct Running {
    stop: oneshot::Sender<IsAudited>,
    thread: JoinHandle<anyhow::Result<()>>,
}

struct IsAudited(bool);

struct Ready {
    address: SocketAddr,
    database: Database,
    admin_url: String,
}

impl TestAppBuilder {
    /// Sets a setting, by the end of its variable's name: `STOCK__ARBITERS`.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.pairs.push((name.to_owned(), value.to_string()));
        self
    }

    /// Real time instead of the manual clock.
    #[must_use]
    pub fn system_clock(mut self) -> Self {
        self.clock = None;
        self
    }

    /// A data directory that exists already; it is removed in the end all the same.
    #[must_use]
    pub fn folder(mut self, folder: PathBuf) -> Self {
        self.folder = Some(folder);
        self
    }

    /// Begins with nothing at all, as on a new machine, instead of with a copy of a migrated cluster.
    #[must_use]
    pub fn from_nothing(mut self) -> Self {
        self.is_migrated = false;
        self
    }

    /// Does not audit at the end: for tests that damage the journal on purpose.
    #[must_use]
    pub fn unaudited(mut self) -> Self {
        self.is_audited = false;
        self
    }

    /// Starts it.
    ///
    /// # Panics
    /// When it cannot start.
    pub async fn start(self) -> TestApp {
        self.try_start().await.expect("the app starts")
    }

    /// Starts it, or says what the hub says.
    ///
    /// # Errors
    /// Those of the hub's start.
    pub async fn try_start(self) -> anyhow::Result<TestApp> {
        let is_migrated = self.is_migrated;
        let make_folder = move || if is_migrated { migrated_folder() } else { fresh_folder() };
        let folder = match self.folder {
            Some(folder) => folder,
            None => tokio::task::spawn_blocking(make_folder).await?,
        };
        let defaults = DEFAULTS
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let pairs = defaults
            .chain([("DATA_DIR".to_owned(), folder.display().to_string())])
            .chain(self.pairs)
            .map(|(name, value)| (format!("ENTREPOT__{name}"), value));
        let settings = Settings::load(None, pairs)?;
        let (running, ready) = match run(settings.clone(), self.clock.clone()).await {
            Ok(started) => started,
            Err(error) => {
                remove_folder(&folder);
                return Err(error);
            }
        };
        let mut app = TestApp {
            address: ready.address,
            api_key: API_KEY.to_owned(),
            folder,
            database: ready.database,
            admin_url: ready.admin_url,
            location: Uuid::nil(),
            clock: self.clock,
            settings,
            is_audited: self.is_audited,
            running: Some(running),
        };
        app.location = first_location(&app.get("/api/v1/stock/locations").send().await.ok(200));
        Ok(app)
    }
}

impl TestApp {
    /// A hub with a manual clock and one organization.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// The same with changes.
    #[must_use]
    pub fn builder() -> TestAppBuilder {
        TestAppBuilder {
            pairs: Vec::new(),
            clock: Some(Arc::default()),
            folder: None,
            is_audited: true,
            is_migrated: true,
        }
    }

    /// The clock the hub goes by.
    ///
    /// # Panics
    /// When the app was started with the system's.
    #[must_use]
    pub fn clock(&self) -> &ManualClock {
        self.clock.as_deref().expect("a manual clock")
    }

    /// The shoppers' client, for plain requests on one connection.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::new(self.address, &self.api_key)
    }

    /// A request with the first organization's key.
    pub fn call(&self, method: &str, path: &str) -> Call {
        Call::new(self.address, method, path, &self.api_key)
    }

    /// A GET.
    pub fn get(&self, path: &str) -> Call {
        self.call("GET", path)
    }

    /// A POST.
    pub fn post(&self, path: &str) -> Call {
        self.call("POST", path)
    }

    /// Posts a stock command.
    pub async fn command(&self, name: &str, body: Value) -> Answer {
        self.post(&format!("/api/v1/stock/commands/{name}"))
            .json(body)
            .send()
            .await
    }

    /// The first organization's first location.
    #[must_use]
    pub fn location(&self) -> Uuid {
        self.location
    }

    /// Creates a plain item with so many units at the first location.
    pub async fn item(&self, sku: &str, on_hand: i64) -> Uuid {
        let body = json!({ "sku": sku });
        let created = self.post("/api/v1/stock/items").json(body).send().await.ok(201);
        let item = id_in(&created);
        if on_hand > 0 {
            let body = json!({ "item_id": item, "location_id": self.location, "counted": on_hand });
            let _counted = self.command("count", body).await.ok(200);
        }
        item
    }

    /// The item's totals.
    pub async fn totals(&self, item: Uuid) -> Value {
        let answer = self.get(&format!("/api/v1/stock/items/{item}")).send().await;
        answer.ok(200)["totals"].clone()
    }

    /// How many movements the item's ledger holds, up to 500.
    pub async fn movements(&self, item: Uuid) -> usize {
        let path = format!("/api/v1/stock/items/{item}/movements?limit=500");
        let ledger = self.get(&path).send().await.ok(200);
        ledger["movements"].as_array().expect("movements").len()
    }

    /// Another tenant with a key of its own.
    pub async fn second_organization(&self) -> Organization {
        let tenants = Tenants::new(&self.database).expect("tenants");
        let made = bootstrap(&tenants, &SystemClock, "Another shop", None)
            .await
            .expect("an organization");
        let listed = self.get("/api/v1/stock/locations").api_key(&made.api_key).send().await;
        Organization {
            id: made.organization.id.uuid(),
            location: first_location(&listed.ok(200)),
            api_key: made.api_key,
        }
    }

    /// What a provider of single sign-on calls this person, as if they had come by way of it.
    pub async fn external_identity(&self, person: &Value) -> Uuid {
        let id = SystemClock.fresh_id();
        let person: Uuid = person.as_str().and_then(|id| id.parse().ok()).expect("a person's id");
        let link = "INSERT INTO external_identities (id, issuer, subject, person_id, email, linked_at, last_used_at)
            VALUES ($1, 'https://login.example', $1::text, $2, 'mei@example.com', now(), now())";
        let linked = self.admin().await.execute(link, &[&id, &person]).await;
        assert_eq!(linked.expect("a link"), 1);
        id
    }

    /// The audit's verdict on what is committed now.
    pub async fn verdict(&self) -> Verdict {
        audit(&self.database).await.expect("an audit")
    }

    /// Where its audit checkpoints are, and how they are verified.
    #[must_use]
    pub fn checkpoints(&self) -> Checkpoints {
        checkpoints(&self.settings)
    }

    /// The verdict on the audit logs of all organizations.
    pub async fn log_verdict(&self) -> LogVerdict {
        verify_all(&self.database, Some(&self.checkpoints()))
            .await
            .expect("a verdict")
    }

    /// Demands a clean audit.
    pub async fn audit(&self) {
        let verdict = self.verdict().await;
        assert!(verdict.is_clean, "{}", verdict.in_words());
    }

    /// A connection of Postgres' superuser, with the product's schema first.
    pub async fn admin(&self) -> tokio_postgres::Client {
        admin(&self.admin_url).await
    }

    /// Runs SQL as Postgres' superuser.
    pub async fn admin_sql(&self, sql: &str) {
        self.admin().await.batch_execute(sql).await.expect("SQL that runs");
    }

    /// Stops the hub and its Postgres, and starts both again on the same data and clock. The address changes.
    pub async fn restart(&mut self) {
        let _took = self.restart_after(|_| {}).await;
    }

    /// The same, with something done to the data directory in between. Says how long stopping took.
    pub async fn restart_after(&mut self, meanwhile: impl FnOnce(&Path)) -> Duration {
        let started = stopwatch();
        self.halt(IsAudited(false)).expect("a stop");
        let took = started.elapsed();
        meanwhile(&self.folder);
        let (running, ready) = run(self.settings.clone(), self.clock.clone()).await.expect("a restart");
        self.running = Some(running);
        (self.address, self.database) = (ready.address, ready.database);
        self.admin_url = ready.admin_url;
        took
    }

    /// Stops everything and demands a clean audit.
    pub async fn stop(mut self) {
        let is_audited = IsAudited(self.is_audited);
        // The hub has a thread of its own; this one may wait for it.
        self.halt(is_audited).expect("a clean end");
    }

    fn halt(&mut self, is_audited: IsAudited) -> anyhow::Result<()> {
        let Some(running) = self.running.take() else {
            return Ok(());
        };
        let _gone = running.stop.send(is_audited);
        running.thread.join().expect("the hub's thread")
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let is_failing = std::thread::panicking();
        let stopped = self.halt(IsAudited(self.is_audited && !is_failing));
        remove_folder(&self.folder);
        if !is_failing {
            stopped.expect("a clean end");
        }
    }
}

/// A connection of Postgres' superuser, with the product's schema first.
pub async fn admin(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .expect("the embedded server answers");
    tokio::spawn(connection);
    client
        .batch_execute("SET search_path = entrepot")
        .await
        .expect("a search path");
    client
}

fn id_in(value: &Value) -> Uuid {
    value["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")
}

fn first_location(listed: &Value) -> Uuid {
    id_in(&listed["locations"][0])
}

/// Starts the hub in an actix system on a thread of its own.
async fn run(settings: Settings, clock: Option<Arc<ManualClock>>) -> anyhow::Result<(Running, Ready)> {
    let (tell, told) = oneshot::channel();
    let (stop, stopped) = oneshot::channel();
    let clock: Arc<dyn Clock> = match clock {
        Some(clock) => clock,
        None => Arc::new(SystemClock),
    };
    let thread = std::thread::Builder::new()
        .name("hub".to_owned())
        .spawn(move || actix::System::new().block_on(serve(settings, clock, tell, stopped)))?;
    match told.await {
        Ok(ready) => Ok((Running { stop, thread }, ready)),
        Err(_) => Err(thread
            .join()
            .expect("the hub's thread")
            .err()
            .context("the hub said nothing")?),
    }
}

async fn serve(
    settings: Settings,
    clock: Arc<dyn Clock>,
    ready: oneshot::Sender<Ready>,
    stop: oneshot::Receiver<IsAudited>,
) -> anyhow::Result<()> {
    let prepared = prepare_database(&settings).await?;
    let database = prepared.database.clone();
    let admin_url = prepared.embedded.as_ref().map(|server| server.admin_settings().url);
    ensure_organization(&database, &settings, &*clock).await?;
    let hub = Hub::start(prepared, &settings, clock).await?;
    let listening = Ready {
        address: *hub.addresses.first().context("an address")?,
        database: database.clone(),
        admin_url: admin_url.unwrap_or_default(),
    };
    let _gone = ready.send(listening);
    // A test that panics drops the sender.
    let is_audited = stop.await.is_ok_and(|IsAudited(is_audited)| is_audited);
    if !is_audited {
        return hub.stop().await;
    }
    let books = audit(&database).await;
    let log = verify_all(&database, Some(&checkpoints(&settings))).await;
    hub.stop().await?;
    let (books, log) = (books?, log?);
    ensure!(books.is_clean, "{}", books.in_words());
    ensure!(log.is_clean, "{}", log.in_words());
    Ok(())
}

fn checkpoints(settings: &Settings) -> Checkpoints {
    let key = HubKey::load(&settings.audit_key_file()).expect("a readable key");
    Checkpoints {
        folder: settings.checkpoint_folder(),
        key: key.expect("a hub that served has a key").verifier().clone(),
    }
}

/// Where the workspace lies.
#[must_use]
pub fn workspace() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
