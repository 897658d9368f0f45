//! Buyers who write SQL themselves, each with a connection of its own.

use std::time::Duration;

use actors::clock::{Clock, SystemClock, stopwatch};
use anyhow::Context;
use hdrhistogram::Histogram;
use storage::Database;
use storage::baseline::{Approach, BaselineBuyer};
use uuid::Uuid;

/// What a run of baseline buyers gave.
pub(super) struct BaselineRun {
    pub(super) per_second: f64,
    pub(super) p50_ms: f64,
}

/// Runs `connections` buyers on one hot item for `duration`, on a thread of their own.
pub(super) async fn run(
    admin: &Database,
    approach: Approach,
    connections: usize,
    duration: Duration,
) -> anyhow::Result<BaselineRun> {
    let (admin, item) = (admin.clone(), SystemClock.fresh_id());
    storage::baseline::create(&admin, item).await?;
    let removed = admin.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let crowd = Crowd {
        approach,
        connections,
        duration,
        item,
    };
    let work = move || runtime.block_on(crowd.buy(&admin));
    let outcome = tokio::task::spawn_blocking(work).await?;
    storage::baseline::remove(&removed).await?;
    outcome
}

/// Buyers of one item.
#[derive(Clone, Copy)]
struct Crowd {
    approach: Approach,
    connections: usize,
    duration: Duration,
    item: Uuid,
}

impl Crowd {
    async fn buy(self, admin: &Database) -> anyhow::Result<BaselineRun> {
        let mut ready = Vec::with_capacity(self.connections);
        for _ in 0..self.connections {
            ready.push(BaselineBuyer::connect(admin).await?);
        }
        let started = stopwatch();
        let buyer = |buyer| tokio::spawn(buy(buyer, self.approach, self.duration, self.item));
        let tasks: Vec<_> = ready.into_iter().map(buyer).collect();
        let mut all = Histogram::<u64>::new(3)?;
        for task in tasks {
            all.add(task.await.context("a baseline buyer")??)?;
        }
        Ok(BaselineRun {
            per_second: all.len() as f64 / started.elapsed().as_secs_f64(),
            p50_ms: all.value_at_quantile(0.5) as f64 / 1_000.0,
        })
    }
}

async fn buy(
    mut buyer: BaselineBuyer,
    approach: Approach,
    duration: Duration,
    item: Uuid,
) -> anyhow::Result<Histogram<u64>> {
    let mut latencies = Histogram::<u64>::new(3)?;
    let started = stopwatch();
    while started.elapsed() < duration {
        let asked = stopwatch();
        buyer.buy(approach, item, SystemClock.fresh_id()).await?;
        latencies.record(u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX))?;
    }
    Ok(latencies)
}
