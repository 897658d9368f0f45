//! A hub in a process of its own, with a database and a catalogue made for the benchmark.

use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use actors::Stock;
use actors::clock::{SystemClock, stopwatch};
use actors::operations::organizations::fresh_api_key;
use actors::operations::products::{ImportOptions, import};
use anyhow::{Context, bail};
use domain::ids::OrgId;
use simulators::shoppers::Client;
use storage::embedded::EmbeddedPostgres;
use storage::{Database, Engine, organizations};
use uuid::Uuid;

use crate::settings::Settings;
use crate::wiring::{Prepared, ensure_organization, prepare_database, wait_for_journal};

const READY_POLL: Duration = Duration::from_millis(20);
const READY_POLLS: u32 = 1_500;
const STOP_POLLS: u32 = 750;
/// Units per item: no run comes near.
const ENDLESS: i64 = 100_000_000_000;

/// A database of a benchmark's own. Removed by [`BenchDatabase::remove`].
pub(super) struct BenchDatabase {
    pub(super) database: Database,
    /// The administrator's way in.
    pub(super) admin: Database,
    pub(super) settings: Settings,
    pub(super) api_key: String,
    embedded: EmbeddedPostgres,
}

impl BenchDatabase {
    /// Makes an empty database with one organization, below the data directory.
    pub(super) async fn make(settings: &Settings) -> anyhow::Result<Self> {
        let clock = Arc::new(SystemClock);
        let api_key = fresh_api_key(&*clock);
        let mut own = settings.clone();
        own.data_dir = settings.data_dir.join(format!("bench-{}", std::process::id()));
        own.database = None;
        own.audit.checkpoint_folder = None;
        own.bootstrap_api_key = Some(api_key.clone());
        let Prepared { database, embedded } = prepare_database(&own).await?;
        let embedded = embedded.context("a benchmark runs on the embedded database")?;
        ensure_organization(&database, &own, &*clock).await?;
        let admin = Database::new(&embedded.admin_settings())?;
        Ok(Self {
            database,
            admin,
            settings: own,
            api_key,
            embedded,
        })
    }

    pub(super) async fn organization(&self) -> anyhow::Result<OrgId> {
        let all = organizations::list(&Engine::new(&self.database)?).await?;
        Ok(all.first().context("an organization")?.id)
    }

    /// Imports a catalogue of one-variant products, the way a seller's is.
    pub(super) async fn import_catalogue(&self, item_count: usize) -> anyhow::Result<()> {
        let mut file = String::from("Handle,Title,Variant SKU,Variant Inventory Qty,Variant Price\n");
        for n in 0..item_count {
            file.push_str(&format!("bench-{n},Benchmark item {n},BENCH-{n:06},{ENDLESS},9.90\n"));
        }
        let org = self.organization().await?;
        let stock = Stock::start(&self.database, &self.settings.stock, Arc::new(SystemClock))?;
        wait_for_journal(&stock).await?;
        let options = ImportOptions {
            org,
            currency: self.settings.currency,
            is_dry_run: false,
        };
        let report = import(&stock, file.as_bytes(), options, |_| {}).await?;
        stock.shut_down().await;
        if report.products_failed > 0 {
            bail!(
                "the benchmark's catalogue could not be imported: {:?}",
                report.problems.first()
            );
        }
        Ok(())
    }

    /// Stops the database and removes it.
    pub(super) fn remove(self) -> anyhow::Result<()> {
        self.embedded.stop()?;
        std::fs::remove_dir_all(&self.settings.data_dir)?;
        Ok(())
    }
}

impl Drop for BenchDatabase {
    fn drop(&mut self) {
        // After `remove` there is nothing left to stop; a failed run must not leave a server behind.
        let _stopped = self.embedded.stop();
    }
}

/// A hub in a process of its own on such a database. Must be stopped before the database is removed.
pub(super) struct BenchServer {
    pub(super) address: SocketAddr,
    pub(super) api_key: String,
    /// From the start of the process to the first "ready".
    pub(super) ready_after: Duration,
    process: Child,
}

impl BenchServer {
    /// Starts a hub and waits until it is ready.
    pub(super) async fn start(base: &BenchDatabase) -> anyhow::Result<Self> {
        Self::start_with(base, &[]).await
    }

    /// The same with other settings, by the ends of their variables' names.
    pub(super) async fn start_with(base: &BenchDatabase, changed: &[(&str, String)]) -> anyhow::Result<Self> {
        let changed = changed.iter().map(|(name, value)| (format!("ENTREPOT__{name}"), value));
        let address = free_address()?;
        let started = stopwatch();
        let process = Command::new(std::env::current_exe()?)
            .arg("serve")
            .env("ENTREPOT__DATA_DIR", &base.settings.data_dir)
            .env("ENTREPOT__SERVER__ADDRESS", address.to_string())
            .env("ENTREPOT__LOG__FILTER", "warn")
            // One address asks for everybody here.
            .env("ENTREPOT__LIMITS__SIGN_IN_PER_MINUTE", "0")
            .envs(changed)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()?;
        let mut server = Self {
            address,
            api_key: base.api_key.clone(),
            ready_after: Duration::ZERO,
            process,
        };
        server.wait_until_ready().await?;
        server.ready_after = started.elapsed();
        Ok(server)
    }

    /// Memory of the hub's process that is in RAM, without its database's.
    pub(super) fn resident_bytes(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .context("VmRSS in /proc")?;
        let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kilobytes * 1024)
    }

    /// CPU that the threads of the hub's process have used, in user mode and in the kernel, to the nanosecond: `stat` counts in
    /// hundredths of a second. What ended threads used is not in it; the hub's live longer than a measurement.
    pub(super) fn cpu(&self) -> anyhow::Result<Duration> {
        let mut nanoseconds = 0;
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.process.id()))? {
            // A thread that has just ended has no file any more.
            let Ok(used) = std::fs::read_to_string(thread?.path().join("schedstat")) else {
                continue;
            };
            let on_cpu = used.split(' ').next().context("schedstat in /proc")?;
            nanoseconds += on_cpu.parse::<u64>().context("schedstat in /proc")?;
        }
        Ok(Duration::from_nanos(nanoseconds))
    }

    async fn wait_until_ready(&mut self) -> anyhow::Result<()> {
        let mut polls = tokio::time::interval(READY_POLL);
        let mut client = Client::new(self.address, &self.api_key);
        for _ in 0..READY_POLLS {
            polls.tick().await;
            if client
                .get("/health/ready")
                .await
                .is_ok_and(|answer| answer.status == 200)
            {
                return Ok(());
            }
            if let Some(status) = self.process.try_wait()? {
                bail!("the benchmark's server ended with {status}");
            }
        }
        bail!("the benchmark's server is not ready after half a minute")
    }

    /// The ids of all items, at most `limit`.
    pub(super) async fn list_items(&self, limit: usize) -> anyhow::Result<Vec<Uuid>> {
        let mut client = Client::new(self.address, &self.api_key);
        let mut items = Vec::new();
        let mut after = String::new();
        loop {
            let page = client
                .get(&format!("/api/v1/stock/items?limit=500{after}"))
                .await?
                .json()?;
            let rows = page
                .get("items")
                .and_then(|rows| rows.as_array())
                .context("a page of items")?;
            items.extend(
                rows.iter()
                    .filter_map(|row| row.get("id")?.as_str()?.parse::<Uuid>().ok()),
            );
            match page.get("next").and_then(|next| next.as_str()) {
                Some(next) if items.len() < limit => after = format!("&after={next}"),
                _ => return Ok(items),
            }
        }
    }

    /// Stops the hub gracefully, which stops its database too.
    pub(super) async fn stop(mut self) -> anyhow::Result<()> {
        terminate(i32::try_from(self.process.id())?);
        let mut polls = tokio::time::interval(READY_POLL);
        for _ in 0..STOP_POLLS {
            polls.tick().await;
            if self.process.try_wait()?.is_some() {
                return Ok(());
            }
        }
        bail!("the benchmark's server does not stop")
    }
}

impl Drop for BenchServer {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _reaped = self.process.wait();
    }
}

#[expect(unsafe_code, reason = "the standard library cannot send SIGTERM")]
fn terminate(pid: i32) {
    // SAFETY: kill takes two numbers; the process is our child and not yet reaped, so the number is still its own.
    unsafe {
        libc::kill(pid, libc::SIGTERM);
    }
}

/// A loopback address that was free a moment ago.
fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0")?.local_addr()
}
