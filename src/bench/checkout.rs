//! `entrepot bench checkout`: durable checkouts per second, beside an empty request and beside hand-written SQL.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context;
use serde::Serialize;
use simulators::shoppers::load::{Plan, Shopper, Until, run};
use simulators::shoppers::workloads::{HotItem, Ping, PopularItems, ZipfItems};
use simulators::shoppers::{Report, RequestBuffer};
use storage::Database;
use storage::baseline::Approach;

use super::baseline;
use super::server::{BenchDatabase, BenchServer};
use crate::audit::audit;
use crate::settings::Settings;

/// Items of the Zipf run.
const ITEMS: usize = 10_000;
const WARM_UP: Duration = Duration::from_secs(2);
/// Connections of the SQL runs.
const SQL_CONNECTIONS: [usize; 3] = [1, 16, 64];
/// The smaller crowd that is reported beside `--clients`.
const FEW_CLIENTS: usize = 64;
/// What each of them thinks between two purchases where they do not hurry: the machine then has time to spare, and what
/// is measured is waiting for the disk and not for a processor.
const THINKING: Duration = Duration::from_millis(10);

/// How hard and how long.
#[derive(Clone, Copy, Debug)]
pub struct CheckoutBench {
    /// Connections of the HTTP runs.
    pub clients: usize,
    /// Measured seconds per HTTP run; an SQL run takes half as long.
    pub seconds: u64,
}

/// The figures. All rates are per second, all times milliseconds.
#[derive(Clone, Debug, Serialize)]
pub struct CheckoutFigures {
    /// Connections of the HTTP runs.
    pub clients: usize,
    /// Empty authenticated POSTs.
    pub empty_rps: f64,
    /// Durable checkouts of one hot item.
    pub hot_rps: f64,
    /// Durable checkouts over 10,000 items, Zipf 1.0.
    pub zipf_rps: f64,
    /// Row lock per buyer, 64 connections.
    pub sql_lock_rps: f64,
    /// One function call per buyer, 64 connections.
    pub sql_function_rps: f64,
    /// The best of both with 1, 16 and 64 connections.
    pub sql_best_rps: f64,
    /// Every SQL run.
    pub sql_runs: Vec<SqlFigure>,
    /// Median of the hot run.
    pub hot_p50_ms: f64,
    /// 99th percentile of the hot run.
    pub hot_p99_ms: f64,
    /// The hot item with 64 clients, each asking again at once.
    pub few_clients: FewClients,
    /// The same 64 clients at a pace that leaves the processors time to spare.
    pub few_clients_paced: FewClients,
    /// Median of one commit on this disk: the function call with one connection.
    pub commit_ms: f64,
    /// Units promised beyond stock, by the audit.
    pub oversold: i64,
    /// Checkouts answered with yes and not in the journal.
    pub lost: i64,
    /// Whether the audit found every invariant intact.
    pub audit_is_clean: bool,
}

/// One SQL run.
#[derive(Clone, Debug, Serialize)]
pub struct SqlFigure {
    /// `lock` or `function`.
    pub approach: &'static str,
    /// Connections.
    pub connections: usize,
    /// Purchases.
    pub rps: f64,
    /// Median.
    pub p50_ms: f64,
}

/// The hot item with few clients.
#[derive(Clone, Debug, Serialize)]
pub struct FewClients {
    /// Connections.
    pub clients: usize,
    /// Durable checkouts.
    pub rps: f64,
    /// Median.
    pub p50_ms: f64,
    /// 99th percentile.
    pub p99_ms: f64,
    /// What each thinks between two purchases, on average.
    pub thinking_ms: u64,
}

/// Counts what was accepted, warm-up included, so that it can be compared with the journal.
struct Counted<S> {
    shopper: S,
    accepted: Arc<AtomicU64>,
}

impl<S: Shopper> Shopper for Counted<S> {
    fn next(&mut self, request: &mut RequestBuffer) {
        self.shopper.next(request);
    }

    fn seen(&mut self, status: u16, body: &[u8]) {
        if status == 201 {
            self.accepted.fetch_add(1, Ordering::Relaxed);
        }
        self.shopper.seen(status, body);
    }

    fn lost(&mut self) {
        self.shopper.lost();
    }
}

/// Runs everything. `say` hears what is being measured.
///
/// # Errors
/// When a run cannot be made; a slow run is a figure.
pub async fn bench(settings: &Settings, options: CheckoutBench, say: impl Fn(&str)) -> anyhow::Result<CheckoutFigures> {
    say("making a database with 10,000 items");
    let base = BenchDatabase::make(settings).await?;
    base.import_catalogue(ITEMS).await?;
    let server = BenchServer::start(&base).await?;
    let figures = measure(&base, &server, options, say).await;
    server.stop().await?;
    base.remove()?;
    figures
}

async fn measure(
    base: &BenchDatabase,
    server: &BenchServer,
    options: CheckoutBench,
    say: impl Fn(&str),
) -> anyhow::Result<CheckoutFigures> {
    let items = server.list_items(ITEMS).await?;
    let accepted = Arc::new(AtomicU64::new(0));
    let seconds = Duration::from_secs(options.seconds);
    let hot = *items.first().context("an item")?;
    let popular = Arc::new(PopularItems::new(items).context("items")?);
    let counted = |shopper| Counted {
        shopper,
        accepted: Arc::clone(&accepted),
    };

    say("empty authenticated POSTs");
    let shoppers = (0..options.clients).map(|_| Ping::new("/api/v1/ping")).collect();
    let empty = shop(server, seconds, shoppers).await?;
    say("checkouts of one hot item");
    let shoppers = (0..options.clients).map(|_| counted(HotItem::new(hot))).collect();
    let hot_run = shop(server, seconds, shoppers).await?;
    say("checkouts over 10,000 items, Zipf 1.0");
    let zipf = |seed| Counted {
        shopper: ZipfItems::new(Arc::clone(&popular), seed),
        accepted: Arc::clone(&accepted),
    };
    let zipf_run = shop(server, seconds, (0..options.clients as u64).map(zipf).collect()).await?;
    say("checkouts of one hot item, 64 clients");
    let shoppers = (0..FEW_CLIENTS).map(|_| counted(HotItem::new(hot))).collect();
    let few = shop(server, seconds, shoppers).await?;
    say("checkouts of one hot item, 64 clients that think in between");
    let shoppers = (0..FEW_CLIENTS).map(|_| counted(HotItem::new(hot))).collect();
    let paced = shop_at_pace(server, seconds, THINKING, shoppers).await?;
    say("the audit");
    let verdict = audit(&base.database).await?;
    let sql_runs = sql(&base.admin, seconds / 2, say).await?;

    let with = |approach: &str, connections| {
        let run = sql_runs
            .iter()
            .find(|run| run.approach == approach && run.connections == connections);
        run.map_or((0.0, 0.0), |run| (run.rps, run.p50_ms))
    };
    let opened = i64::try_from(verdict.summary.reservations_opened)?;
    Ok(CheckoutFigures {
        clients: options.clients,
        empty_rps: empty.requests_per_second(),
        hot_rps: accepted_per_second(&hot_run),
        zipf_rps: accepted_per_second(&zipf_run),
        sql_lock_rps: with("lock", 64).0,
        sql_function_rps: with("function", 64).0,
        sql_best_rps: sql_runs.iter().map(|run| run.rps).fold(0.0, f64::max),
        hot_p50_ms: hot_run.latency.p50_ms(),
        hot_p99_ms: hot_run.latency.p99_ms(),
        few_clients: FewClients::of(&few, Duration::ZERO),
        few_clients_paced: FewClients::of(&paced, THINKING),
        commit_ms: with("function", 1).1,
        oversold: verdict.summary.units_oversold,
        lost: (i64::try_from(accepted.load(Ordering::Relaxed))? - opened).max(0),
        audit_is_clean: verdict.is_clean,
        sql_runs,
    })
}

impl FewClients {
    fn of(report: &Report, thinking: Duration) -> Self {
        Self {
            clients: FEW_CLIENTS,
            rps: accepted_per_second(report),
            p50_ms: report.latency.p50_ms(),
            p99_ms: report.latency.p99_ms(),
            thinking_ms: u64::try_from(thinking.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

fn accepted_per_second(report: &Report) -> f64 {
    report.counts.accepted as f64 / report.elapsed.as_secs_f64()
}

async fn shop<S: Shopper>(server: &BenchServer, duration: Duration, shoppers: Vec<S>) -> anyhow::Result<Report> {
    shop_at_pace(server, duration, Duration::ZERO, shoppers).await
}

async fn shop_at_pace<S: Shopper>(
    server: &BenchServer,
    duration: Duration,
    thinking: Duration,
    shoppers: Vec<S>,
) -> anyhow::Result<Report> {
    let mut plan = Plan::new(server.address, &server.api_key, Until::Elapsed(duration));
    plan.warm_up = WARM_UP;
    plan.pause = thinking;
    Ok(run(plan, shoppers).await?.0)
}

async fn sql(admin: &Database, duration: Duration, say: impl Fn(&str)) -> anyhow::Result<Vec<SqlFigure>> {
    let mut figures = Vec::new();
    for (name, approach) in [("lock", Approach::RowLock), ("function", Approach::Function)] {
        for connections in SQL_CONNECTIONS {
            say(&format!("hand-written SQL, {name}, {connections} connections"));
            let run = baseline::run(admin, approach, connections, duration).await?;
            figures.push(SqlFigure {
                approach: name,
                connections,
                rps: run.per_second,
                p50_ms: run.p50_ms,
            });
        }
    }
    Ok(figures)
}

impl CheckoutFigures {
    /// The figures as a table with the ratios that matter.
    #[must_use]
    pub fn in_words(&self) -> String {
        let ratio = |rate: f64, of: f64| rate / of.max(f64::EPSILON);
        let mut text = format!(
            "empty POST        {:>9.0}/s   {} connections\n\
             hot item          {:>9.0}/s   {:.2} of empty; p50 {:.1} ms, p99 {:.1} ms\n\
             10,000 items      {:>9.0}/s   {:.2} of empty\n\
             hot, 64 clients   {:>9.0}/s   p50 {:.2} ms = {:.1} commits of {:.2} ms\n\
             the same, paced   {:>9.0}/s   p50 {:.2} ms = {:.1} commits\n",
            self.empty_rps,
            self.clients,
            self.hot_rps,
            ratio(self.hot_rps, self.empty_rps),
            self.hot_p50_ms,
            self.hot_p99_ms,
            self.zipf_rps,
            ratio(self.zipf_rps, self.empty_rps),
            self.few_clients.rps,
            self.few_clients.p50_ms,
            ratio(self.few_clients.p50_ms, self.commit_ms),
            self.commit_ms,
            self.few_clients_paced.rps,
            self.few_clients_paced.p50_ms,
            ratio(self.few_clients_paced.p50_ms, self.commit_ms),
        );
        for run in &self.sql_runs {
            text.push_str(&format!(
                "SQL {:<8} {:>3}  {:>9.0}/s   hot item is {:.1} times as fast\n",
                run.approach,
                run.connections,
                run.rps,
                ratio(self.hot_rps, run.rps),
            ));
        }
        let audit = if self.audit_is_clean { "clean" } else { "NOT CLEAN" };
        text.push_str(&format!(
            "oversold {}, lost {}, audit {audit}\n",
            self.oversold, self.lost
        ));
        text
    }
}
