//! Writing a batch: one pipelined exchange, `BEGIN` to `COMMIT`, and the honest answer to "was it written?".
//!
//! The statements check themselves (`require_rows`), so the commit can travel with them: a statement that touched
//! another number of rows than it must fails the transaction before its `COMMIT` is read.

use std::sync::atomic::Ordering;

use domain::ids::{CommandId, OrgId};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Error, Statement, types::ToSql};

use super::batch::{Batch, BatchHead, Levels};
use super::connection::{JournalConnection, prepare};
use crate::errors::{StorageError, is_outage};

const ADVANCE_SHARDS: &str = include_str!("../sql/journal_advance_shards.sql");
const INSERT_MOVEMENTS: &str = include_str!("../sql/journal_insert_movements.sql");
const UPDATE_LEVELS: &str = include_str!("../sql/journal_update_levels.sql");
const OPEN_LEVELS: &str = include_str!("../sql/journal_open_levels.sql");
const ADD_ALLOCATIONS: &str = "
    INSERT INTO stock_allocations AS a (org_id, item_id, order_line_id, location_id, quantity)
    SELECT v.* FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[]) AS v
    ON CONFLICT (org_id, item_id, order_line_id, location_id)
    DO UPDATE SET quantity = a.quantity + EXCLUDED.quantity";
const TAKE_ALLOCATIONS: &str = include_str!("../sql/journal_take_allocations.sql");
const DROP_EMPTY_ALLOCATIONS: &str = "
    DELETE FROM stock_allocations a USING unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[])
        AS v (org_id, item_id, order_line_id, location_id)
    WHERE a.org_id = v.org_id AND a.item_id = v.item_id AND a.order_line_id = v.order_line_id
      AND a.location_id = v.location_id AND a.quantity = 0";
const WRITE_SETTINGS: &str = "
    UPDATE inventory_items i
    SET backorder_limit = coalesce(v.backorder_limit, i.backorder_limit),
        reorder_point = CASE WHEN v.reorder_point IS NULL THEN i.reorder_point ELSE nullif(v.reorder_point, -1) END
    FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[]) AS v (org_id, id, backorder_limit, reorder_point)
    WHERE i.org_id = v.org_id AND i.id = v.id";
const FIND_LINES: &str = "
    SELECT m.org_id, m.command_id, m.line FROM stock_movements m
    JOIN unnest($1::uuid[], $2::uuid[], $3::smallint[]) AS v (org_id, command_id, line)
      ON m.org_id = v.org_id AND m.command_id = v.command_id AND m.line = v.line AND m.part = 0";

/// A line of a command: what the journal holds at most once.
pub type CommandLine = (OrgId, CommandId, i16);

/// Why a batch may not be in the journal.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Certainly not written: another process owns one of the shards, or the batch is already applied.
    #[error("fenced: a shard is owned elsewhere or the batch is already applied")]
    Fenced,
    /// Certainly not written: Postgres minded the content, for example a command that was done before.
    #[error("the batch was rejected: {0}")]
    Rejected(String),
    /// Certainly not written: Postgres could not take it now (disk full, shutting down, out of memory).
    #[error("the database could not take the batch: {0}")]
    NotWritten(String),
    /// May or may not be written. Take the shards over and read where they stand; then it is known.
    #[error("in doubt: {0}")]
    InDoubt(String),
}

pub(super) struct Statements {
    advance_shards: Statement,
    insert_movements: Statement,
    update_levels: Statement,
    open_levels: Statement,
    add_allocations: Statement,
    take_allocations: Statement,
    drop_empty_allocations: Statement,
    write_settings: Statement,
}

impl Statements {
    pub(super) async fn prepare(client: &Client) -> Result<Self, Error> {
        Ok(Self {
            advance_shards: prepare(client, ADVANCE_SHARDS).await?,
            insert_movements: prepare(client, INSERT_MOVEMENTS).await?,
            update_levels: prepare(client, UPDATE_LEVELS).await?,
            open_levels: prepare(client, OPEN_LEVELS).await?,
            add_allocations: prepare(client, ADD_ALLOCATIONS).await?,
            take_allocations: prepare(client, TAKE_ALLOCATIONS).await?,
            drop_empty_allocations: prepare(client, DROP_EMPTY_ALLOCATIONS).await?,
            write_settings: prepare(client, WRITE_SETTINGS).await?,
        })
    }
}

impl JournalConnection {
    /// Writes the batch in one transaction. Never cancel this future: run it in a task of its own and let callers wait
    /// on channels.
    pub async fn append(&self, batch: &Batch) -> Result<(), AppendError> {
        self.commit_in_doubt.store(false, Ordering::SeqCst);
        let outcome = self.pipeline(batch).await;
        if self.commit_in_doubt.load(Ordering::SeqCst) {
            return Err(AppendError::InDoubt(
                "the server warned about this commit, or refused to begin".to_owned(),
            ));
        }
        outcome.map_err(|error| classify(&error))
    }

    /// All statements and the commit in one flight; they are read by the server in this order.
    async fn pipeline(&self, batch: &Batch) -> Result<(), Error> {
        let client = &self.client;
        let (added, taken) = AllocationColumns::of(batch);
        // Each future sends its statement when first polled and must send nothing later: what comes after `COMMIT` is
        // outside the transaction.
        let (begun, advanced, written, updated, opened, more, less, settled, committed) = futures_util::join!(
            client.batch_execute("BEGIN"),
            self.advance_shards(batch),
            self.insert_movements(batch),
            self.update_levels(&batch.levels),
            self.open_levels(&batch.new_levels),
            self.add_allocations(&added),
            self.take_allocations(&taken),
            self.write_settings(batch),
            client.batch_execute("COMMIT"),
        );
        if begun.is_err() {
            // What followed a refused BEGIN ran outside a transaction.
            self.commit_in_doubt.store(true, Ordering::SeqCst);
        }
        // The first error is the cause; those after it only say that the transaction is aborted.
        begun
            .and(advanced)
            .and(written)
            .and(updated)
            .and(opened)
            .and(more)
            .and(less)
            .and(settled)
            .and(committed)
    }

    async fn advance_shards(&self, batch: &Batch) -> Result<(), Error> {
        let column = |value: fn(&BatchHead) -> i64| -> Vec<i64> { batch.heads.values().map(value).collect() };
        let shards: Vec<i16> = batch
            .heads
            .keys()
            .map(|shard| i16::try_from(shard.number()).unwrap_or(i16::MAX))
            .collect();
        let incarnations: Vec<_> = batch
            .heads
            .values()
            .map(|batch| batch.head.incarnation.uuid())
            .collect();
        let (epochs, seqs) = (column(|batch| batch.head.epoch), column(|batch| batch.head.seq));
        let counts = column(|batch| batch.count);
        self.client
            .query(
                &self.statements.advance_shards,
                &[&shards, &epochs, &incarnations, &seqs, &counts],
            )
            .await
            .map(drop)
    }

    async fn insert_movements(&self, batch: &Batch) -> Result<(), Error> {
        let m = &batch.movements;
        let parameters: [&(dyn ToSql + Sync); 23] = [
            &m.shard,
            &m.seq,
            &m.org_id,
            &m.item_id,
            &m.location_id,
            &m.command_id,
            &m.line,
            &m.fingerprint,
            &m.part,
            &m.asked_by,
            &m.at,
            &m.kind,
            &m.quantity,
            &m.reservation_id,
            &m.order_line_id,
            &m.expires_at,
            &m.reason,
            &m.on_hand,
            &m.reserved,
            &m.allocated,
            &m.safety,
            &m.incoming,
            &m.shortfall,
        ];
        self.client
            .execute(&self.statements.insert_movements, &parameters)
            .await
            .map(drop)
    }

    async fn update_levels(&self, levels: &Levels) -> Result<(), Error> {
        if levels.columns.org_id.is_empty() {
            return Ok(());
        }
        self.client
            .query(&self.statements.update_levels, &levels.parameters())
            .await
            .map(drop)
    }

    async fn open_levels(&self, levels: &Levels) -> Result<(), Error> {
        if levels.columns.org_id.is_empty() {
            return Ok(());
        }
        self.client
            .execute(&self.statements.open_levels, &levels.parameters())
            .await
            .map(drop)
    }

    async fn add_allocations(&self, added: &AllocationColumns) -> Result<(), Error> {
        if added.org_id.is_empty() {
            return Ok(());
        }
        self.client
            .execute(&self.statements.add_allocations, &added.parameters())
            .await
            .map(drop)
    }

    async fn take_allocations(&self, taken: &AllocationColumns) -> Result<(), Error> {
        if taken.org_id.is_empty() {
            return Ok(());
        }
        let parameters = taken.parameters();
        let [org, item, line, location, _] = parameters;
        let emptied = [org, item, line, location];
        let (taken, dropped) = futures_util::join!(
            self.client.query(&self.statements.take_allocations, &parameters),
            self.client.execute(&self.statements.drop_empty_allocations, &emptied),
        );
        taken.map(drop).and(dropped.map(drop))
    }

    async fn write_settings(&self, batch: &Batch) -> Result<(), Error> {
        if batch.settings.is_empty() {
            return Ok(());
        }
        let orgs: Vec<_> = batch.settings.keys().map(|key| key.org.uuid()).collect();
        let items: Vec<_> = batch.settings.keys().map(|key| key.item.uuid()).collect();
        let limits: Vec<_> = batch
            .settings
            .values()
            .map(|settings| settings.backorder_limit)
            .collect();
        let points: Vec<_> = batch.settings.values().map(|settings| settings.reorder_point).collect();
        let statement = &self.statements.write_settings;
        self.client
            .execute(statement, &[&orgs, &items, &limits, &points])
            .await
            .map(drop)
    }

    /// Which of these are in the journal already: asked after a rejection or a doubt, to tell callers apart.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn find_lines(&self, wanted: &[CommandLine]) -> Result<Vec<CommandLine>, StorageError> {
        let orgs: Vec<_> = wanted.iter().map(|(org, _, _)| org.uuid()).collect();
        let commands: Vec<_> = wanted.iter().map(|(_, command, _)| command.uuid()).collect();
        let lines: Vec<_> = wanted.iter().map(|(_, _, line)| *line).collect();
        let rows = self.client.query(FIND_LINES, &[&orgs, &commands, &lines]).await;
        let rows = rows.map_err(StorageError::during("looking for commands done before"))?;
        Ok(rows
            .iter()
            .map(|row| (OrgId::new(row.get(0)), CommandId::new(row.get(1)), row.get(2)))
            .collect())
    }
}

/// Changes of open allocations: sums of differences per order line and location, so that a line may be allocated and
/// shipped in one batch.
#[derive(Default)]
struct AllocationColumns {
    org_id: Vec<uuid::Uuid>,
    item_id: Vec<uuid::Uuid>,
    order_line_id: Vec<uuid::Uuid>,
    location_id: Vec<uuid::Uuid>,
    units: Vec<i64>,
}

impl AllocationColumns {
    /// What is added and what is taken.
    fn of(batch: &Batch) -> (Self, Self) {
        let (mut added, mut taken) = (Self::default(), Self::default());
        for ((key, line, location), units) in batch.allocations.iter().filter(|(_, units)| **units != 0) {
            let columns = if *units > 0 { &mut added } else { &mut taken };
            columns.org_id.push(key.org.uuid());
            columns.item_id.push(key.item.uuid());
            columns.order_line_id.push(line.uuid());
            columns.location_id.push(location.uuid());
            columns.units.push(units.abs());
        }
        (added, taken)
    }

    fn parameters(&self) -> [&(dyn ToSql + Sync); 5] {
        [
            &self.org_id,
            &self.item_id,
            &self.order_line_id,
            &self.location_id,
            &self.units,
        ]
    }
}

/// An error response to a statement aborts the transaction, so the commit behind it rolled back. Without a response
/// nobody knows.
fn classify(error: &Error) -> AppendError {
    let Some(response) = error.as_db_error() else {
        return AppendError::InDoubt(error.to_string());
    };
    if response.code().code() == "EP001" {
        return AppendError::Fenced;
    }
    // A FATAL response ends the session; it may have hit while the commit was under way.
    if response.severity() != "ERROR" || *response.code() == SqlState::TRANSACTION_RESOLUTION_UNKNOWN {
        return AppendError::InDoubt(response.message().to_owned());
    }
    // cancelled, lock not had in time, serialization failure, deadlock: nothing is wrong with the content
    let is_passing = matches!(response.code().code(), "57014" | "55P03" | "40001" | "40P01");
    if is_passing || is_outage(error) {
        return AppendError::NotWritten(response.message().to_owned());
    }
    AppendError::Rejected(response.message().to_owned())
}
