//! `entrepot bench audit` and `entrepot bench memory`: large databases, made up in SQL.

use std::sync::Arc;
use std::time::Duration;

use actors::clock::stopwatch;
use anyhow::{Context, bail};
use serde::Serialize;
use simulators::shoppers::load::{Plan, Shopper, Until, run};
use simulators::shoppers::{Method, Request, RequestBuffer};
use storage::{Database, synthetic};
use uuid::Uuid;

use super::server::{BenchDatabase, BenchServer};
use crate::audit::{Verdict, audit};
use crate::settings::Settings;

const MEGABYTE: f64 = 1_000_000.0;
/// How often the auditing process looks at its own memory.
const MEMORY_POLL: Duration = Duration::from_millis(20);

/// How the audit did.
#[derive(Clone, Debug, Serialize)]
pub struct AuditFigures {
    /// Movements replayed.
    pub movements: u64,
    /// Replayed per second, comparison with the tables included.
    pub movements_per_second: f64,
    /// The most memory of this process during the audit.
    pub peak_rss_mb: f64,
    /// The same for a tenth of the movements.
    pub peak_rss_mb_of_a_tenth: f64,
    /// Whether the made-up journal is clean, as it must be.
    pub is_clean: bool,
}

/// Makes up a journal and replays it; a tenth of it first, to see whether memory grows.
///
/// # Errors
/// When a run cannot be made.
pub async fn bench_audit(settings: &Settings, movements: u64, say: impl Fn(&str)) -> anyhow::Result<AuditFigures> {
    let (tenth, _) = replay(settings, movements / 10, &say).await?;
    let (peak, verdict) = replay(settings, movements, &say).await?;
    Ok(AuditFigures {
        movements: verdict.summary.movements,
        movements_per_second: verdict.movements_per_second,
        peak_rss_mb: peak,
        peak_rss_mb_of_a_tenth: tenth,
        is_clean: verdict.is_clean,
    })
}

async fn replay(settings: &Settings, movements: u64, say: &impl Fn(&str)) -> anyhow::Result<(f64, Verdict)> {
    say(&format!("making up {movements} movements"));
    let base = BenchDatabase::make(settings).await?;
    synthetic::fill_journal(&base.admin, base.organization().await?, i64::try_from(movements)?).await?;
    say("replaying them");
    let (verdict, peak) = audit_watched(&base.database).await?;
    base.remove()?;
    if let Some(violation) = &verdict.violation {
        bail!("the made-up journal is wrong: {violation}");
    }
    Ok((peak as f64 / MEGABYTE, verdict))
}

/// Audits while watching this process's memory; the verdict and the peak.
async fn audit_watched(database: &Database) -> anyhow::Result<(Verdict, u64)> {
    let work = audit(database);
    tokio::pin!(work);
    let mut polls = tokio::time::interval(MEMORY_POLL);
    let mut peak: u64 = 0;
    loop {
        tokio::select! {
            verdict = &mut work => return Ok((verdict?, peak)),
            _ = polls.tick() => peak = peak.max(own_resident_bytes()?),
        }
    }
}

fn own_resident_bytes() -> anyhow::Result<u64> {
    let statm = std::fs::read_to_string("/proc/self/statm")?;
    let pages: u64 = statm
        .split_whitespace()
        .nth(1)
        .context("resident pages in /proc")?
        .parse()?;
    Ok(pages * 4096)
}

/// How much a hub needs.
#[derive(Clone, Debug, Serialize)]
pub struct MemoryFigures {
    /// Items in the database.
    pub items: u64,
    /// From the start of the process to the first "ready".
    pub ready_ms: f64,
    /// Before any request.
    pub rss_mb_idle: f64,
    /// Items activated by a checkout each.
    pub active_items: u64,
    /// With these in memory.
    pub rss_mb_active: f64,
    /// How long their first answers took, in all.
    pub activation_seconds: f64,
}

/// Starts a hub on a large database, looks at its memory, activates items, and looks again.
///
/// # Errors
/// When a run cannot be made.
pub async fn bench_memory(
    settings: &Settings,
    items: u64,
    active: u64,
    say: impl Fn(&str),
) -> anyhow::Result<MemoryFigures> {
    say(&format!("making up {items} items"));
    let base = BenchDatabase::make(settings).await?;
    synthetic::fill_items(&base.admin, base.organization().await?, i64::try_from(items)?).await?;
    say("starting a hub on them");
    let server = BenchServer::start(&base).await?;
    let idle = server.resident_bytes()?;
    say(&format!("activating {active} of them"));
    let wanted = usize::try_from(active)?;
    let ids = Arc::new(server.list_items(wanted).await?);
    let started = stopwatch();
    let mut plan = Plan::new(server.address, &server.api_key, Until::Sent(active));
    plan.request_timeout = Duration::from_secs(30);
    let shoppers: Vec<_> = (0..CLIENTS)
        .map(|n| OneEach {
            ids: Arc::clone(&ids),
            next: n,
        })
        .collect();
    let (report, _) = run(plan, shoppers).await?;
    let activation_seconds = started.elapsed().as_secs_f64();
    if report.counts.accepted != active {
        bail!(
            "{} of {active} checkouts were accepted: {:?}",
            report.counts.accepted,
            report.by_status
        );
    }
    let figures = MemoryFigures {
        items,
        ready_ms: server.ready_after.as_secs_f64() * 1_000.0,
        rss_mb_idle: idle as f64 / MEGABYTE,
        active_items: active,
        rss_mb_active: server.resident_bytes()? as f64 / MEGABYTE,
        activation_seconds,
    };
    server.stop().await?;
    base.remove()?;
    Ok(figures)
}

const CLIENTS: usize = 256;

/// Buys one unit of every `CLIENTS`th item, each once.
struct OneEach {
    ids: Arc<Vec<Uuid>>,
    next: usize,
}

impl Shopper for OneEach {
    fn next(&mut self, request: &mut RequestBuffer) {
        let item = self.ids.get(self.next % self.ids.len()).copied().unwrap_or_default();
        self.next += CLIENTS;
        let body = format!(r#"{{"lines":[{{"item_id":"{item}","quantity":1}}]}}"#);
        request.write(&Request {
            body: body.as_bytes(),
            ..Request::new(Method::Post, "/api/v1/checkouts")
        });
    }

    fn seen(&mut self, _: u16, _: &[u8]) {}

    fn lost(&mut self) {}
}

impl AuditFigures {
    /// The figures in words.
    #[must_use]
    pub fn in_words(&self) -> String {
        format!(
            "{} movements, {:.0} per second; at most {:.0} MB, for a tenth of them {:.0} MB\n",
            self.movements, self.movements_per_second, self.peak_rss_mb, self.peak_rss_mb_of_a_tenth,
        )
    }
}

impl MemoryFigures {
    /// The figures in words.
    #[must_use]
    pub fn in_words(&self) -> String {
        format!(
            "{} items: ready after {:.0} ms with {:.0} MB; {} of them active (in {:.1} s): {:.0} MB\n",
            self.items, self.ready_ms, self.rss_mb_idle, self.active_items, self.activation_seconds, self.rss_mb_active,
        )
    }
}
