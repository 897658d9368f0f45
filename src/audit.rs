//! Running the checker over the database: one snapshot, every shard once, two threads. Used by `entrepot audit`, the demo,
//! the benchmarks and the tests.

use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use checker::{
    CommandLedger, Invariant, LedgerError, ReplayedShard, Row, ShardReplay, StoredAllocation, StoredItem, StoredLevel,
    Summary, Violation,
};
use domain::stock::{Counters, Shard};
use serde::Serialize;
use storage::audit_stream::{AuditConnection, SnapshotId, Totals};
use storage::stock_movements::NumberedEntry;
use storage::{Database, StorageError};

/// Readers side by side; each keeps one shard in memory.
const READERS: usize = 2;
/// Items compared with what is stored per round of queries.
const COMPARED_AT_ONCE: usize = 1_000;

/// What the audit found.
#[derive(Clone, Debug, Serialize)]
pub struct Verdict {
    /// Whether every invariant holds.
    pub is_clean: bool,
    /// The first thing that does not.
    pub violation: Option<Violation>,
    /// What was replayed.
    pub summary: Summary,
    /// How long it took.
    pub seconds: f64,
    /// Movements replayed per second.
    pub movements_per_second: f64,
}

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The journal breaks an invariant; becomes a verdict.
    #[error(transparent)]
    Violation(#[from] Violation),
    /// The database could not be read.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Temporary files could not be written.
    #[error("temporary files: {0}")]
    Spill(#[from] std::io::Error),
    /// A reader died.
    #[error("an audit thread panicked")]
    Panicked,
}

/// What the readers share.
struct Work {
    database: Database,
    snapshot: SnapshotId,
    heads: Vec<(Shard, i64)>,
    next: AtomicU16,
    found: Mutex<Found>,
}

#[derive(Default)]
struct Found {
    summary: Summary,
    compared: Totals,
}

/// Replays the whole journal and compares the result with what is stored.
///
/// # Errors
/// When there can be no verdict. A broken invariant is a verdict.
pub async fn audit(database: &Database) -> Result<Verdict, AuditError> {
    let started = actors::clock::stopwatch();
    let (first, snapshot) = AuditConnection::open(database).await?;
    let work = Arc::new(Work {
        database: database.clone(),
        snapshot,
        heads: first.heads().await?,
        next: AtomicU16::new(0),
        found: Mutex::default(),
    });
    let outcome = replay(&work, &first).await;
    let found = std::mem::take(&mut *work.found.lock().unwrap_or_else(PoisonError::into_inner));
    let seconds = started.elapsed().as_secs_f64();
    let violation = match outcome {
        Ok(()) => None,
        Err(AuditError::Violation(violation)) => Some(violation),
        Err(error) => return Err(error),
    };
    Ok(Verdict {
        is_clean: violation.is_none(),
        violation,
        seconds,
        movements_per_second: found.summary.movements as f64 / seconds.max(f64::EPSILON),
        summary: found.summary,
    })
}

async fn replay(work: &Arc<Work>, first: &AuditConnection) -> Result<(), AuditError> {
    let readers: Vec<_> = (0..READERS)
        .map(|_| spawn_reader(Arc::clone(work)))
        .collect::<Result<_, _>>()?;
    let mut ledgers = Vec::new();
    for reader in readers {
        ledgers.push(reader.await.map_err(|_| AuditError::Panicked)??);
    }
    match tokio::task::spawn_blocking(|| CommandLedger::finish(ledgers))
        .await
        .map_err(|_| AuditError::Panicked)?
    {
        Ok(_) => {}
        Err(LedgerError::Duplicate(violation)) => return Err(violation.into()),
        Err(LedgerError::Spill(error)) => return Err(error.into()),
    }
    let stored = first.totals().await?;
    let found = work.found.lock().unwrap_or_else(PoisonError::into_inner);
    let replayed = Totals {
        movements: i64::try_from(found.summary.movements).unwrap_or(i64::MAX),
        ..found.compared
    };
    if stored == replayed {
        Ok(())
    } else {
        Err(unaccounted(&stored, &replayed).into())
    }
}

/// Rows of items that no movement ever touched.
fn unaccounted(stored: &Totals, replayed: &Totals) -> Violation {
    Violation {
        invariant: Invariant::St3,
        shard: Shard::of(domain::ids::ItemId::new(uuid::Uuid::nil())),
        seq: None,
        org: None,
        item: None,
        explanation: format!(
            "the database holds rows that no movement explains: stored {stored:?}, replayed {replayed:?}"
        ),
    }
}

type Reader = tokio::sync::oneshot::Receiver<Result<CommandLedger, AuditError>>;

/// A reader on a thread of its own: decoding and checking would hold every other task up.
fn spawn_reader(work: Arc<Work>) -> std::io::Result<Reader> {
    let (tell, told) = tokio::sync::oneshot::channel();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::Builder::new().name("audit".to_owned()).spawn(move || {
        // Whoever asked may have gone.
        let _gone = tell.send(runtime.block_on(read_shards(&work)));
    })?;
    Ok(told)
}

async fn read_shards(work: &Work) -> Result<CommandLedger, AuditError> {
    let connection = AuditConnection::join(&work.database, &work.snapshot).await?;
    let mut ledger = CommandLedger::new(&std::env::temp_dir())?;
    while let Some(place) = work.heads.get(usize::from(work.next.fetch_add(1, Ordering::Relaxed))) {
        let replayed = work.replay_shard(&connection, *place, &mut ledger).await?;
        let mut compared = Totals::default();
        let replayed = compare(&connection, replayed, &mut compared).await?;
        replayed.finish()?;
        let mut found = work.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.compared.levels += compared.levels;
        found.compared.allocations += compared.allocations;
    }
    Ok(ledger)
}

impl Work {
    fn tally(&self, summary: &Summary) {
        self.found
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .summary
            .merge(summary);
    }

    /// Replays one shard; what was replayed counts even when it ends in a violation.
    async fn replay_shard(
        &self,
        connection: &AuditConnection,
        (shard, head): (Shard, i64),
        ledger: &mut CommandLedger,
    ) -> Result<ReplayedShard, AuditError> {
        let mut replay = ShardReplay::new(shard, Some(ledger));
        let movements = connection.movements(shard).await?;
        let observe = |numbered: NumberedEntry| -> Result<(), AuditError> {
            Ok(replay.observe(&Row {
                shard,
                seq: numbered.seq,
                entry: numbered.entry,
            })?)
        };
        if let Err(error) = movements.for_each(observe).await {
            self.tally(replay.summary());
            return Err(error);
        }
        let replayed = replay.finish(head)?;
        self.tally(replayed.summary());
        Ok(replayed)
    }
}

/// Holds what is stored about the shard's items to the replay.
async fn compare(
    connection: &AuditConnection,
    mut replayed: ReplayedShard,
    compared: &mut Totals,
) -> Result<ReplayedShard, AuditError> {
    for keys in replayed.items().chunks(COMPARED_AT_ONCE) {
        let stored = connection.stored(keys).await?;
        for (key, location, counters) in stored.levels {
            compared.levels += i64::from(counters != Counters::default());
            replayed.compare_level(&StoredLevel {
                key,
                location,
                counters,
            })?;
        }
        for (key, order_line, location, units) in stored.allocations {
            compared.allocations += 1;
            replayed.compare_open_allocation(&StoredAllocation {
                key,
                order_line,
                location,
                units,
            })?;
        }
        for (key, backorder_limit, reorder_point) in stored.items {
            replayed.compare_settings(&StoredItem {
                key,
                backorder_limit,
                reorder_point,
            })?;
        }
    }
    Ok(replayed)
}

impl Verdict {
    /// The verdict in words.
    #[must_use]
    pub fn in_words(&self) -> String {
        let s = &self.summary;
        let replayed = format!(
            "{} movements of {} items replayed in {:.2} s ({:.0} per second)\n\
             {} reservations: {} confirmed, {} released, {} expired, {} open; {} allocations open; {} units short\n",
            s.movements,
            s.items,
            self.seconds,
            self.movements_per_second,
            s.reservations_opened,
            s.reservations_confirmed,
            s.reservations_released,
            s.reservations_expired,
            s.reservations_open,
            s.allocations_open,
            s.units_short,
        );
        match &self.violation {
            None => format!("{replayed}CLEAN: nothing oversold, nothing lost, nothing done twice (ST-1 … ST-6 hold)\n"),
            Some(violation) => format!("{replayed}VIOLATION {violation}\n"),
        }
    }
}
