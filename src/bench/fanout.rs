//! `entrepot bench fanout`: live sockets by the ten thousand, hub and screens in processes of their own.

use std::time::Duration;

use actors::clock::pause;
use serde::Serialize;
use storage::synthetic;

use super::crowd::{CrowdProcess, Order, Told};
use super::server::{BenchDatabase, BenchServer};
use crate::settings::Settings;

/// Screens dropped at once, for as many sockets as are asked for.
const STORM_PER_TEN: usize = 15;
/// Screens that stop reading, so that what one costs stands out of the noise.
const STALLED: usize = 10;
/// A first few, so that what the hub sets aside once is not counted as theirs.
const WARM_UP: usize = 500;
/// Until what opening cost is given back.
const SETTLE: Duration = Duration::from_secs(3);
/// Before what is measured.
const WARM_UP_MS: u64 = 2_000;
/// A server process of Postgres that has nothing to do tells its counts after ten seconds.
const COUNTS_DELAY: Duration = Duration::from_secs(12);

/// How many and how long.
#[derive(Clone, Copy, Debug)]
pub struct FanoutBench {
    /// Open sockets.
    pub sockets: usize,
    /// Messages a second to each, of 200 bytes.
    pub rate: u32,
    /// Measured seconds per run.
    pub seconds: u64,
}

/// The figures.
#[derive(Clone, Debug, Serialize)]
pub struct FanoutFigures {
    /// Open sockets.
    pub sockets: usize,
    /// Messages a second that each was offered.
    pub rate: u32,
    /// Messages read by all screens, per second.
    pub deliveries_per_s: f64,
    /// From publishing to reading.
    pub p50_ms: f64,
    /// The 99th percentile of it.
    pub p99_ms: f64,
    /// Memory of the hub's process per open socket that follows a topic and is told nothing.
    pub bytes_per_idle_socket: f64,
    /// The same after the sockets were told as much as they could read.
    pub bytes_per_active_socket: f64,
    /// Numbers that a screen was not told, and was not told so.
    pub gaps: u64,
    /// Sockets closed with 4008, of those that read.
    pub slow_closed: u64,
    /// Sockets lost otherwise.
    pub lost: u64,
    /// At half the rate.
    pub half: HalfLoad,
    /// What screens that read nothing cost, at half the rate.
    pub stalled: Stalled,
    /// Everybody dropped at once.
    pub storm: StormFigures,
}

/// Half the rate.
#[derive(Clone, Debug, Serialize)]
pub struct HalfLoad {
    /// Messages read by all screens, per second.
    pub deliveries_per_s: f64,
    /// From publishing to reading.
    pub p50_ms: f64,
    /// The 99th percentile of it.
    pub p99_ms: f64,
}

/// Screens that stop reading.
#[derive(Clone, Debug, Serialize)]
pub struct Stalled {
    /// How many.
    pub screens: usize,
    /// Memory of the hub's process for each.
    pub bytes_each: f64,
    /// The others' 99th percentile meanwhile.
    pub p99_ms: f64,
    /// Beside theirs without.
    pub p99_ratio: f64,
    /// Of the stalled, closed with 4008.
    pub slow_closed: u64,
}

/// A reconnect storm.
#[derive(Clone, Debug, Serialize)]
pub struct StormFigures {
    /// Screens dropped at once.
    pub dropped: usize,
    /// Until 99 of 100 followed their topic again.
    pub back_99_s: f64,
    /// Until all did.
    pub back_all_s: f64,
    /// Transactions of the database meanwhile, everything counted, per screen.
    pub queries_per_reconnect: f64,
    /// Tries that failed.
    pub failed_tries: u64,
}

/// Runs everything. `say` hears what is being measured.
///
/// # Errors
/// When a run cannot be made; a slow run is a figure.
pub async fn bench(settings: &Settings, options: FanoutBench, say: impl Fn(&str)) -> anyhow::Result<FanoutFigures> {
    let crowd_size = (options.sockets * STORM_PER_TEN / 10).max(options.sockets);
    say(&format!("making a database with {crowd_size} sessions"));
    let base = BenchDatabase::make(settings).await?;
    let measured = measure(&base, options, crowd_size, &say).await;
    base.remove()?;
    measured
}

async fn measure(
    base: &BenchDatabase,
    options: FanoutBench,
    crowd_size: usize,
    say: &impl Fn(&str),
) -> anyhow::Result<FanoutFigures> {
    synthetic::fill_sessions(&base.admin, base.organization().await?, crowd_size).await?;
    say(&format!("{} idle sockets", options.sockets));
    let mut stage = Stage::set(base, options.sockets, 0, "stock").await?;
    let idle = stage.memory_per_socket().await?;
    stage.strike().await?;

    say(&format!("{} messages a second to each", options.rate));
    let mut stage = Stage::set(base, options.sockets, options.rate, "probe").await?;
    let before = stage.memory()?;
    stage.open()?;
    let full = stage.listen(options.seconds)?;
    let active = (stage.memory()? - before) / options.sockets as f64;
    stage.strike().await?;

    say("half as many");
    let mut stage = Stage::set(base, options.sockets, options.rate / 2, "probe").await?;
    stage.open()?;
    let half = stage.listen(options.seconds)?;
    say(&format!("the same, and {STALLED} screens that read nothing"));
    let stalled = stage.stall(options.seconds, half.p99_ms)?;
    stage.strike().await?;

    say(&format!("{crowd_size} screens dropped at once"));
    let mut stage = Stage::set(base, crowd_size, 0, "stock").await?;
    stage.open()?;
    let storm = stage.storm(base).await?;
    stage.strike().await?;
    Ok(FanoutFigures {
        sockets: options.sockets,
        rate: options.rate,
        deliveries_per_s: full.per_second(),
        p50_ms: full.p50_ms,
        p99_ms: full.p99_ms,
        bytes_per_idle_socket: idle,
        bytes_per_active_socket: active,
        gaps: full.gaps + half.gaps,
        slow_closed: full.slow_closed + half.slow_closed,
        lost: full.lost + half.lost,
        half: HalfLoad {
            deliveries_per_s: half.per_second(),
            p50_ms: half.p50_ms,
            p99_ms: half.p99_ms,
        },
        stalled,
        storm,
    })
}

/// A hub and a crowd.
struct Stage {
    server: BenchServer,
    crowd: CrowdProcess,
    sockets: usize,
}

impl Stage {
    async fn set(base: &BenchDatabase, sockets: usize, rate: u32, topic: &str) -> anyhow::Result<Self> {
        let unlimited = sockets + 1_000;
        let server = BenchServer::start_with(
            base,
            &[
                ("LIVE__SOCKETS", unlimited.to_string()),
                ("LIVE__SOCKETS_PER_PERSON", unlimited.to_string()),
                ("LIVE__SOCKETS_PER_ADDRESS", unlimited.to_string()),
                ("LIVE__PROBE_PER_SECOND", rate.to_string()),
                ("LIMITS__READ_PER_MINUTE", "0".to_owned()),
                ("LIMITS__WRITE_PER_MINUTE", "0".to_owned()),
            ],
        )
        .await?;
        let mut crowd = CrowdProcess::start()?;
        crowd.tell(&Order::Gather {
            hub: server.address,
            sessions: sockets,
            topic: topic.to_owned(),
        })?;
        Ok(Self { server, crowd, sockets })
    }

    fn memory(&self) -> anyhow::Result<f64> {
        Ok(self.server.resident_bytes()? as f64)
    }

    fn open(&mut self) -> anyhow::Result<()> {
        self.crowd.tell(&Order::Open(self.sockets))?;
        self.crowd.tell(&Order::Follow).map(drop)
    }

    fn listen(&mut self, seconds: u64) -> anyhow::Result<Told> {
        let _warm = self.crowd.tell(&Order::Listen(WARM_UP_MS))?;
        self.crowd.tell(&Order::Listen(seconds * 1_000))
    }

    /// What one more socket costs.
    async fn memory_per_socket(&mut self) -> anyhow::Result<f64> {
        let first = WARM_UP.min(self.sockets / 2);
        self.crowd.tell(&Order::Open(first))?;
        self.crowd.tell(&Order::Follow)?;
        pause(SETTLE).await;
        let before = self.memory()?;
        self.open()?;
        pause(SETTLE).await;
        Ok((self.memory()? - before) / (self.sockets - first) as f64)
    }

    fn stall(&mut self, seconds: u64, p99_without: f64) -> anyhow::Result<Stalled> {
        let before = self.memory()?;
        self.crowd.tell(&Order::Stall(STALLED))?;
        let meanwhile = self.crowd.tell(&Order::Listen(seconds * 1_000))?;
        let bytes_each = (self.memory()? - before).max(0.0) / STALLED as f64;
        // Long enough for their windows to fill and their time to run out.
        let _patience = self.crowd.tell(&Order::Listen(30_000))?;
        self.crowd.tell(&Order::Wake)?;
        let woken = self.crowd.tell(&Order::Listen(1_000))?;
        Ok(Stalled {
            screens: STALLED,
            bytes_each,
            p99_ms: meanwhile.p99_ms,
            p99_ratio: meanwhile.p99_ms / p99_without.max(f64::EPSILON),
            slow_closed: woken.slow_closed,
        })
    }

    async fn storm(&mut self, base: &BenchDatabase) -> anyhow::Result<StormFigures> {
        pause(COUNTS_DELAY).await;
        let before = synthetic::transactions(&base.admin).await?;
        let storm = self.crowd.tell(&Order::Storm)?;
        pause(COUNTS_DELAY).await;
        let after = synthetic::transactions(&base.admin).await?;
        Ok(StormFigures {
            dropped: self.sockets,
            back_99_s: storm.back_99_s,
            back_all_s: storm.seconds,
            queries_per_reconnect: (after - before) as f64 / self.sockets as f64,
            failed_tries: storm.failed_tries,
        })
    }

    /// Stops the crowd and then the hub, which leaves the database running.
    async fn strike(self) -> anyhow::Result<()> {
        drop(self.crowd);
        self.server.stop().await
    }
}

impl FanoutFigures {
    /// The figures for people.
    #[must_use]
    pub fn in_words(&self) -> String {
        let Self {
            half, stalled, storm, ..
        } = self;
        format!(
            "{} sockets, {} messages a second of 200 bytes to each\n\
             delivered         {:>9.0}/s   p50 {:.1} ms, p99 {:.1} ms\n\
             half the rate     {:>9.0}/s   p50 {:.1} ms, p99 {:.1} ms\n\
             memory            {:>9.0} bytes per idle socket, {:.0} per active one\n\
             gaps {}, closed as too slow {}, lost {}\n\
             {} stalled        {:>9.0} bytes each; the others' p99 {:.1} ms = {:.2} times; {} closed\n\
             storm of {:>6}   {:>9.1} s until 99 % are back, {:.1} s until all; {:.4} queries each, {} tries failed\n",
            self.sockets,
            self.rate,
            self.deliveries_per_s,
            self.p50_ms,
            self.p99_ms,
            half.deliveries_per_s,
            half.p50_ms,
            half.p99_ms,
            self.bytes_per_idle_socket,
            self.bytes_per_active_socket,
            self.gaps,
            self.slow_closed,
            self.lost,
            stalled.screens,
            stalled.bytes_each,
            stalled.p99_ms,
            stalled.p99_ratio,
            stalled.slow_closed,
            storm.dropped,
            storm.back_99_s,
            storm.back_all_s,
            storm.queries_per_reconnect,
            storm.failed_tries,
        )
    }
}
