//! The dedicated connection: never pooled, checked before use, and able to say when a commit is in doubt.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::ids::IncarnationId;
use domain::stock::Shard;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Statement};

use super::append::APPEND_BATCH;
use crate::database::{Database, Role};
use crate::errors::StorageError;

/// Pinned in the session, so that no later reload of the server's configuration can make a commit return early.
const PIN_DURABILITY: &str = "SET synchronous_commit = on; SET statement_timeout = 0; SET lock_timeout = '5s'";
/// One plan for all batches. Left to itself Postgres plans each batch anew, with every array copied into the plan as a
/// constant: that cost more than inserting the rows.
const PIN_PLANS: &str = "SET plan_cache_mode = force_generic_plan";
const SHOW_DURABILITY: &str = "SELECT current_setting('synchronous_commit'), current_setting('fsync')";

/// Locks in shard order, so that two processes taking shards at once wait instead of deadlocking. Waits for any batch
/// in flight on these shards: what it reads is final.
const LOCK_SHARDS: &str =
    "SELECT shard FROM journal_shards WHERE shard = ANY($1::smallint[]) ORDER BY shard FOR UPDATE";
const TAKE_SHARDS: &str = "
    UPDATE journal_shards SET epoch = epoch + 1, incarnation = $2, taken_at = now()
    WHERE shard = ANY($1::smallint[]) RETURNING shard, epoch, seq";

/// A shard as this process owns it: what the next batch must find to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Which shard.
    pub shard: Shard,
    /// Counts the times the shard was taken.
    pub epoch: i64,
    /// Random per taking; tells owners apart even after a failover that lost an epoch.
    pub incarnation: IncarnationId,
    /// The last sequence number used.
    pub seq: i64,
}

/// One connection to write the journal with.
pub struct JournalConnection {
    pub(super) client: Client,
    pub(super) append_batch: Statement,
    pub(super) commit_in_doubt: Arc<AtomicBool>,
}

impl JournalConnection {
    /// Connects, pins and asserts durable commits, and prepares the batch's call.
    pub async fn open(database: &Database) -> Result<Self, StorageError> {
        let commit_in_doubt = Arc::new(AtomicBool::new(false));
        let doubt = Arc::clone(&commit_in_doubt);
        let client = database
            .connect(Role::Engine, move |notice| {
                // "canceling wait for synchronous replication": committed here, perhaps nowhere else
                if *notice.code() == SqlState::WARNING {
                    doubt.store(true, Ordering::SeqCst);
                }
            })
            .await?;
        let during = || StorageError::during("preparing the journal connection");
        client.batch_execute(PIN_DURABILITY).await.map_err(during())?;
        client.batch_execute(PIN_PLANS).await.map_err(during())?;
        let row = client.query_one(SHOW_DURABILITY, &[]).await.map_err(during())?;
        let (commit, fsync): (String, String) = (row.get(0), row.get(1));
        if commit != "on" && commit != "remote_apply" {
            return Err(StorageError::Settings(format!(
                "synchronous_commit is {commit}; the journal needs on"
            )));
        }
        if fsync != "on" {
            return Err(StorageError::Settings(
                "fsync is off; the journal needs it on".to_owned(),
            ));
        }
        let append_batch = client.prepare(APPEND_BATCH).await.map_err(during())?;
        Ok(Self {
            client,
            append_batch,
            commit_in_doubt,
        })
    }

    /// Takes shards over: bumps their epoch, which waits for any transaction in flight, and reads where they stand.
    /// After this, batches decided under an earlier ownership write nothing.
    pub async fn take(&mut self, shards: &[Shard], incarnation: IncarnationId) -> Result<Vec<Head>, StorageError> {
        let during = || StorageError::during("taking shards");
        let numbers: Vec<i16> = shards
            .iter()
            .filter_map(|shard| i16::try_from(shard.number()).ok())
            .collect();
        let transaction = self.client.transaction().await.map_err(during())?;
        transaction.execute(LOCK_SHARDS, &[&numbers]).await.map_err(during())?;
        let rows = transaction
            .query(TAKE_SHARDS, &[&numbers, &incarnation.uuid()])
            .await
            .map_err(during())?;
        transaction.commit().await.map_err(during())?;
        let head = |row: &tokio_postgres::Row| {
            let number: i16 = row.get(0);
            let shard = u16::try_from(number).ok().and_then(Shard::from_number);
            let shard = shard.ok_or_else(|| StorageError::Unexpected(format!("journal shard {number}")))?;
            Ok(Head {
                shard,
                epoch: row.get(1),
                incarnation,
                seq: row.get(2),
            })
        };
        let heads = rows.iter().map(head).collect::<Result<Vec<_>, StorageError>>()?;
        if heads.len() != shards.len() {
            return Err(StorageError::Unexpected(
                "journal_shards lacks rows; run the migrations".to_owned(),
            ));
        }
        Ok(heads)
    }

    /// Whether the connection is known to be gone.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.client.is_closed()
    }
}
