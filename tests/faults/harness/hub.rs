//! A hub in a process of its own.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use actors::clock::{Clock, SystemClock, stopwatch};
use serde_json::{Value, json};
use simulators::shoppers::{Client, Response};
use uuid::Uuid;

use super::home::{API_KEY, Home};
use super::processes::{signal, wait_until_gone};

/// Far beyond the promised two seconds: a bound for a test, not a measurement.
const READY_WITHIN: Duration = Duration::from_secs(30);
const READY_POLL: Duration = Duration::from_millis(5);
const ASK_WITHIN: Duration = Duration::from_secs(10);

/// A running hub. Dropping it kills it.
pub(crate) struct Hub {
    pub(crate) address: SocketAddr,
    /// From the start of the process to the first "ready".
    pub(crate) ready_after: Duration,
    process: Child,
    log: PathBuf,
}

impl Hub {
    /// Starts a hub and waits until it is ready.
    pub(crate) async fn start(home: &Home) -> Self {
        Self::start_with(home, &[]).await
    }

    /// The same with settings of its own, as environment variables.
    pub(crate) async fn start_with(home: &Home, settings: &[(&str, &str)]) -> Self {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let log = home.log_file(&format!("hub-{}", STARTED.fetch_add(1, Ordering::Relaxed)));
        let address = free_address();
        let mut command = program(home);
        command
            .arg("serve")
            .env("ENTREPOT__SERVER__ADDRESS", address.to_string())
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log).unwrap());
        let started = stopwatch();
        let process = command.spawn().expect("the hub starts");
        let mut hub = Self {
            address,
            ready_after: Duration::ZERO,
            process,
            log,
        };
        hub.wait_until_ready().await;
        hub.ready_after = started.elapsed();
        hub
    }

    async fn wait_until_ready(&mut self) {
        let started = stopwatch();
        let mut polls = tokio::time::interval(READY_POLL);
        loop {
            polls.tick().await;
            if self.status("/health/ready").await == 200 {
                return;
            }
            let ended = self.process.try_wait().unwrap();
            assert!(ended.is_none(), "the hub ended with {ended:?}: {}", self.last_words());
            assert!(
                started.elapsed() < READY_WITHIN,
                "not ready within {READY_WITHIN:?}: {}",
                self.last_words()
            );
        }
    }

    pub(crate) fn pid(&self) -> i32 {
        i32::try_from(self.process.id()).unwrap()
    }

    /// Whether the process still runs.
    pub(crate) fn is_running(&mut self) -> bool {
        self.process.try_wait().unwrap().is_none()
    }

    /// Ends it with SIGKILL.
    pub(crate) fn kill(mut self) {
        self.end();
    }

    /// SIGSTOP: it stands still, and knows nothing of it.
    pub(crate) fn stop(&self) {
        signal(self.pid(), libc::SIGSTOP);
    }

    /// SIGCONT.
    pub(crate) fn go_on(&self) {
        signal(self.pid(), libc::SIGCONT);
    }

    pub(crate) fn client(&self) -> Client {
        Client::with_timeout(self.address, API_KEY, ASK_WITHIN)
    }

    /// The status of a GET on a connection of its own; 0 without an answer.
    pub(crate) async fn status(&self, path: &str) -> u16 {
        self.client().get(path).await.map_or(0, |answer| answer.status)
    }

    /// Posts and expects a yes.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Value {
        let answer = self.try_post(path, body, SystemClock.fresh_id()).await;
        assert!(
            matches!(answer.status, 200 | 201),
            "{path}: {} {}",
            answer.status,
            text(&answer)
        );
        answer.json().unwrap()
    }

    /// Posts under a key.
    pub(crate) async fn try_post(&self, path: &str, body: &Value, key: Uuid) -> Response {
        let body = if body.is_null() {
            Vec::new()
        } else {
            body.to_string().into_bytes()
        };
        let key = key.to_string();
        let answer = self.client().post(path, body, Some(&key)).await;
        answer.unwrap_or_else(|error| panic!("{path}: {error}: {}", self.last_words()))
    }

    /// A new item with so many units.
    pub(crate) async fn new_item(&self, units: i64) -> Uuid {
        let sku = SystemClock.fresh_id().to_string();
        let item = self.post("/api/v1/stock/items", &json!({ "sku": sku })).await;
        let id: Uuid = item["id"].as_str().unwrap().parse().unwrap();
        self.receive(id, units).await;
        id
    }

    /// Units arrive at the first location.
    pub(crate) async fn receive(&self, item: Uuid, units: i64) {
        let places = self
            .client()
            .get("/api/v1/stock/locations")
            .await
            .unwrap()
            .json()
            .unwrap();
        let place = &places["locations"][0]["id"];
        let body = json!({ "item_id": item, "location_id": place, "quantity": units });
        self.post("/api/v1/stock/commands/receive", &body).await;
    }

    /// The value of a metric without labels.
    pub(crate) async fn metric(&self, name: &str) -> f64 {
        let answer = self.client().get("/metrics").await.unwrap();
        let page = String::from_utf8(answer.body).unwrap();
        let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.and_then(|value| value.trim().parse().ok())
            .unwrap_or_else(|| panic!("no metric {name} in\n{page}"))
    }

    /// How often the log holds these words.
    pub(crate) fn log_count(&self, words: &str) -> usize {
        std::fs::read_to_string(&self.log)
            .unwrap_or_default()
            .matches(words)
            .count()
    }

    /// The whole log.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The end of the log.
    pub(crate) fn last_words(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().rev().take(20).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    fn end(&mut self) {
        let pid = self.pid();
        if self.process.try_wait().is_ok_and(|ended| ended.is_none()) {
            signal(pid, libc::SIGKILL);
            let _reaped = self.process.wait();
            wait_until_gone(&[pid]);
        }
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.end();
    }
}

/// The words of an answer.
pub(crate) fn text(answer: &Response) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

/// The program on this home's data directory, with nothing else said to it.
pub(crate) fn program(home: &Home) -> Command {
    let mut command = program_in(&home.data_dir);
    command
        .env("ENTREPOT__BOOTSTRAP__API_KEY", API_KEY)
        // A database that a test took away stays away.
        .env("ENTREPOT__DATABASE__EMBEDDED_RESTARTS", "0");
    command
}

/// The program on a data directory.
pub(crate) fn program_in(data_dir: &Path) -> Command {
    let mut command = Command::new(binary());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ENTREPOT__")) {
        command.env_remove(name);
    }
    command.env("ENTREPOT__DATA_DIR", data_dir);
    command
}

/// The program built beside this test.
fn binary() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(|deps| deps.parent()).unwrap();
    let binary = profile.join("entrepot");
    assert!(
        binary.is_file(),
        "{} is missing: run `cargo build` first",
        binary.display()
    );
    binary
}

/// A loopback address that was free a moment ago.
fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
