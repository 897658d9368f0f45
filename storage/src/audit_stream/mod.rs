//! The journal and what is stored beside it, read for the audit: one snapshot, streamed, in order.
//!
//! Movements come by `COPY … (FORMAT binary)`, which is decoded here column by column: several times cheaper than rows of a
//! query, for both sides.

use domain::stock::Shard;
use futures_util::StreamExt;
use tokio_postgres::Client;

use crate::StorageError;
use crate::database::{Database, Role};

mod decode;
mod stored;

pub use decode::JournalReader;
pub use stored::{AllocationRow, ItemRow, LevelRow, StoredState, Totals};

const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
const EXPORT: &str = "SELECT pg_export_snapshot()";
const HEADS: &str = "SELECT shard, seq FROM journal_shards ORDER BY shard";

/// A reader's connection at a snapshot that several readers share.
pub struct AuditConnection {
    client: Client,
}

/// The snapshot of the first reader, for the others.
#[derive(Clone, Debug)]
pub struct SnapshotId(String);

impl AuditConnection {
    /// Opens the first connection and its snapshot.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn open(database: &Database) -> Result<(Self, SnapshotId), StorageError> {
        let connection = Self::connect(database).await?;
        let row = connection
            .client
            .query_one(EXPORT, &[])
            .await
            .map_err(StorageError::during("sharing a snapshot"))?;
        let id = SnapshotId(row.get(0));
        Ok((connection, id))
    }

    /// Opens another connection that sees the same.
    ///
    /// # Errors
    /// When the database cannot be reached or the first connection is gone.
    pub async fn join(database: &Database, snapshot: &SnapshotId) -> Result<Self, StorageError> {
        let connection = Self::connect(database).await?;
        // An id of Postgres' own making; SET takes no parameters.
        let sql = format!("SET TRANSACTION SNAPSHOT '{}'", snapshot.0.replace('\'', ""));
        connection
            .client
            .batch_execute(&sql)
            .await
            .map_err(StorageError::during("joining a snapshot"))?;
        Ok(connection)
    }

    async fn connect(database: &Database) -> Result<Self, StorageError> {
        let client = database.connect(Role::Engine, |_| {}).await?;
        // The session may wait for the audit's own work longer than a request's session may.
        let ready = client
            .batch_execute("SET idle_in_transaction_session_timeout = 0")
            .await;
        ready.map_err(StorageError::during("preparing an audit connection"))?;
        client
            .batch_execute(BEGIN)
            .await
            .map_err(StorageError::during("beginning a snapshot"))?;
        Ok(Self { client })
    }

    /// The last number of every shard.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn heads(&self) -> Result<Vec<(Shard, i64)>, StorageError> {
        let rows = self
            .client
            .query(HEADS, &[])
            .await
            .map_err(StorageError::during("reading shard heads"))?;
        let head = |row: &tokio_postgres::Row| {
            let number = u16::try_from(row.get::<_, i16>(0)).ok().and_then(Shard::from_number)?;
            Some((number, row.get(1)))
        };
        Ok(rows.iter().filter_map(head).collect())
    }

    /// All movements of one shard, in order.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn movements(&self, shard: Shard) -> Result<JournalReader, StorageError> {
        let sql = format!(
            "COPY (SELECT {} FROM stock_movements WHERE shard = {} ORDER BY seq) TO STDOUT (FORMAT binary)",
            decode::COLUMNS,
            shard.number()
        );
        let stream = self
            .client
            .copy_out(&sql)
            .await
            .map_err(StorageError::during("reading the journal"))?;
        Ok(JournalReader::new(shard, stream.boxed()))
    }
}
