//! Writing a batch: one call, which is one transaction, and the honest answer to "was it written?".
//!
//! What the call does is in `migrations/0008_create_journal_append_batch.sql`. It checks itself: a statement that
//! touched another number of rows than it must fails the transaction before it commits.

use std::sync::atomic::Ordering;

use domain::ids::{CommandId, OrgId};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Error, types::ToSql};

use super::batch::{Batch, BatchHead};
use super::connection::JournalConnection;
use crate::errors::{StorageError, is_outage};

pub(super) const APPEND_BATCH: &str = include_str!("../sql/journal_append_batch.sql");
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

impl JournalConnection {
    /// Writes the batch in one transaction. Never cancel this future: run it in a task of its own and let callers wait
    /// on channels.
    pub async fn append(&self, batch: &Batch) -> Result<(), AppendError> {
        self.commit_in_doubt.store(false, Ordering::SeqCst);
        let outcome = self.call(batch).await;
        if self.commit_in_doubt.load(Ordering::SeqCst) {
            return Err(AppendError::InDoubt("the server warned about this commit".to_owned()));
        }
        outcome.map_err(|error| classify(&error))
    }

    /// One call outside a transaction block is one transaction: it is answered after its commit.
    async fn call(&self, batch: &Batch) -> Result<(), Error> {
        let heads = HeadColumns::of(batch);
        let (added, taken) = AllocationColumns::of(batch);
        let settings = SettingsColumns::of(batch);
        let mut parameters: Vec<&(dyn ToSql + Sync)> = Vec::with_capacity(self.append_batch.params().len());
        parameters.extend(heads.parameters());
        parameters.extend(batch.movements.parameters());
        parameters.extend(batch.levels.parameters());
        parameters.extend(batch.new_levels.parameters());
        parameters.extend(added.parameters());
        parameters.extend(taken.parameters());
        parameters.extend(settings.parameters());
        self.client.execute(&self.append_batch, &parameters).await.map(drop)
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

/// The shards of a batch as this process owns them.
#[derive(Default)]
struct HeadColumns {
    shard: Vec<i16>,
    epoch: Vec<i64>,
    incarnation: Vec<uuid::Uuid>,
    seq: Vec<i64>,
    count: Vec<i64>,
}

impl HeadColumns {
    fn of(batch: &Batch) -> Self {
        let mut columns = Self::default();
        for BatchHead { head, count } in batch.heads.values() {
            columns
                .shard
                .push(i16::try_from(head.shard.number()).unwrap_or(i16::MAX));
            columns.epoch.push(head.epoch);
            columns.incarnation.push(head.incarnation.uuid());
            columns.seq.push(head.seq);
            columns.count.push(*count);
        }
        columns
    }

    fn parameters(&self) -> [&(dyn ToSql + Sync); 5] {
        [&self.shard, &self.epoch, &self.incarnation, &self.seq, &self.count]
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

/// Settings of items that a batch changes.
#[derive(Default)]
struct SettingsColumns {
    org_id: Vec<uuid::Uuid>,
    item_id: Vec<uuid::Uuid>,
    backorder_limit: Vec<Option<i64>>,
    reorder_point: Vec<Option<i64>>,
}

impl SettingsColumns {
    fn of(batch: &Batch) -> Self {
        let mut columns = Self::default();
        for (key, settings) in &batch.settings {
            columns.org_id.push(key.org.uuid());
            columns.item_id.push(key.item.uuid());
            columns.backorder_limit.push(settings.backorder_limit);
            columns.reorder_point.push(settings.reorder_point);
        }
        columns
    }

    fn parameters(&self) -> [&(dyn ToSql + Sync); 4] {
        [&self.org_id, &self.item_id, &self.backorder_limit, &self.reorder_point]
    }
}

/// An error response aborts the transaction, so nothing was written. Without a response
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
