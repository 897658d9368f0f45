//! Large databases made up in SQL, consistent to the last counter. Only the benchmarks call this, on databases of their own.

use domain::ids::OrgId;
use tokio_postgres::Client;

use crate::database::{Database, Role};
use crate::errors::StorageError;

const FILL_JOURNAL: &str = include_str!("sql/synthetic_journal.sql");
const FILL_SESSIONS: &str = include_str!("sql/synthetic_sessions.sql");
const TRANSACTIONS: &str = "SELECT sum(xact_commit + xact_rollback)::bigint FROM pg_stat_database";
const FILL_ITEMS: &str = include_str!("sql/synthetic_items.sql");

/// Items per shard of a made-up journal.
const ITEMS_PER_SHARD: i64 = 100;
/// A unit's life: reserved, confirmed, shipped.
const MOVEMENTS_PER_UNIT: i64 = 3;

/// A journal of about so many movements: every item receives stock once and sells units one after the other.
///
/// # Errors
/// When the administrator's connection fails.
pub async fn fill_journal(admin: &Database, org: OrgId, movements: i64) -> Result<(), StorageError> {
    let per_item = movements / (64 * ITEMS_PER_SHARD);
    let units = ((per_item - 1) / MOVEMENTS_PER_UNIT).max(0);
    run(
        admin,
        FILL_JOURNAL,
        &[
            ("{org}", org.to_string()),
            ("{items}", ITEMS_PER_SHARD.to_string()),
            ("{units}", units.to_string()),
        ],
    )
    .await
}

/// So many items, each with a thousand units received.
///
/// # Errors
/// When the administrator's connection fails.
pub async fn fill_items(admin: &Database, org: OrgId, items: i64) -> Result<(), StorageError> {
    run(
        admin,
        FILL_ITEMS,
        &[
            ("{org}", org.to_string()),
            ("{items_per_shard}", (items / 64).to_string()),
        ],
    )
    .await
}

/// One viewer with so many sessions; see [`session_token`].
///
/// # Errors
/// When the administrator's connection fails.
pub async fn fill_sessions(admin: &Database, org: OrgId, count: usize) -> Result<(), StorageError> {
    let values = [("{org}", org.to_string()), ("{count}", count.to_string())];
    run(admin, FILL_SESSIONS, &values).await
}

/// The token of the `n`th session that [`fill_sessions`] made.
#[must_use]
pub fn session_token(n: usize) -> String {
    format!("bench-screen-{n}")
}

/// How many transactions the server has ended since it began to count, of all databases.
///
/// # Errors
/// When the administrator's connection fails.
pub async fn transactions(admin: &Database) -> Result<i64, StorageError> {
    let client: Client = admin.connect(Role::Login, |_| {}).await?;
    let counted = client.query_one(TRANSACTIONS, &[]).await;
    Ok(counted.map_err(StorageError::during("counting transactions"))?.get(0))
}

/// Scripts of several statements take no parameters, so ids and numbers of our own making are put in as text.
async fn run(admin: &Database, script: &str, values: &[(&str, String)]) -> Result<(), StorageError> {
    let client: Client = admin.connect(Role::Login, |_| {}).await?;
    let sql = values
        .iter()
        .fold(script.to_owned(), |sql, (name, value)| sql.replace(name, value));
    client
        .batch_execute(&sql)
        .await
        .map_err(StorageError::during("making up a database"))
}
