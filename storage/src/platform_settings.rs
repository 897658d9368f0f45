//! Platform settings without their secrets, and what became of them.

use std::collections::BTreeMap;

use domain::platform_settings::{Provider, SettingsStatus};
use jiff::Timestamp;
use serde_json::Value;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::secrets::SecretOwner;
use crate::{StorageError, TenantTx};

/// The table's own name, as secrets name their owner's.
pub const TABLE: &str = "platform_settings";

const LIST: &str = "
    SELECT id, provider, fields, status, problem, tested_at, updated_at FROM platform_settings
    WHERE org_id = $1 ORDER BY provider";
const LOCK: &str = "
    SELECT id, provider, fields, status, problem, tested_at, updated_at FROM platform_settings
    WHERE org_id = $1 AND provider = $2 FOR UPDATE";
/// A concurrent twin's row wins; the caller locks what is there then.
const INSERT: &str = "
    INSERT INTO platform_settings (org_id, id, provider, fields, status, created_at, updated_at)
    VALUES ($1, $2, $3, '{}', 'untested', $4, $4) ON CONFLICT (org_id, provider) DO NOTHING";
const UPDATE_FIELDS: &str = "
    UPDATE platform_settings SET fields = $3, status = 'untested', problem = NULL, tested_at = NULL, updated_at = $4
    WHERE org_id = $1 AND id = $2";
/// A result of settings that have changed since is nobody's.
const UPDATE_STATUS: &str = "
    UPDATE platform_settings SET status = $4, problem = $5, tested_at = $6
    WHERE org_id = $1 AND id = $2 AND updated_at = $3";
const DELETE: &str = "DELETE FROM platform_settings WHERE org_id = $1 AND id = $2";
const APPEND_EVENT: &str = "
    INSERT INTO platform_setting_events (org_id, id, provider, kind, status, problem, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const LIST_EVENTS: &str = "
    SELECT id, kind, status, problem, at FROM platform_setting_events
    WHERE org_id = $1 AND provider = $2 AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $4";

/// One provider's settings.
#[derive(Clone, Debug, PartialEq)]
pub struct PlatformSettings {
    /// Their id, which their secrets name.
    pub id: Uuid,
    /// Whose.
    pub provider: Provider,
    /// What is not secret.
    pub fields: BTreeMap<String, String>,
    /// How they stand.
    pub status: SettingsStatus,
    /// Why the last test failed.
    pub problem: Option<Value>,
    /// When they were last tested as they are.
    pub tested_at: Option<Timestamp>,
    /// When they last changed.
    pub updated_at: Timestamp,
}

impl PlatformSettings {
    /// As secrets name them.
    #[must_use]
    pub fn owner(&self) -> SecretOwner<'static> {
        SecretOwner {
            table: TABLE,
            row: self.id,
        }
    }
}

/// What happened to settings.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingsEvent {
    /// Its id, which sorts by time.
    pub id: Uuid,
    /// `saved`, `deleted`, `restored`, `tested`.
    pub kind: String,
    /// How they stood then.
    pub status: SettingsStatus,
    /// Why a test failed.
    pub problem: Option<Value>,
    /// When.
    pub at: Timestamp,
}

fn status_of(word: &str) -> Result<SettingsStatus, StorageError> {
    SettingsStatus::parse(word).ok_or_else(|| StorageError::Unexpected(format!("settings that are {word}")))
}

fn read(row: &Row) -> Result<PlatformSettings, StorageError> {
    let word: &str = row.get(1);
    let unexpected = |what: String| StorageError::Unexpected(what);
    Ok(PlatformSettings {
        id: row.get(0),
        provider: Provider::parse(word).ok_or_else(|| unexpected(format!("settings of {word}")))?,
        fields: serde_json::from_value(row.get(2)).map_err(|_| unexpected(format!("fields of {word}")))?,
        status: status_of(row.get(3))?,
        problem: row.get(4),
        tested_at: row.get(5),
        updated_at: row.get(6),
    })
}

/// All settings, by provider.
///
/// # Errors
/// When the database cannot be reached or holds what this program does not know.
pub async fn list(tx: &TenantTx) -> Result<Vec<PlatformSettings>, StorageError> {
    let rows = tx.query("listing settings", LIST, &[&tx.org().uuid()]).await?;
    rows.iter().map(read).collect()
}

/// One provider's settings, locked.
///
/// # Errors
/// When the database cannot be reached or holds what this program does not know.
pub async fn lock(tx: &TenantTx, provider: Provider) -> Result<Option<PlatformSettings>, StorageError> {
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 2] = [&tx.org().uuid(), &provider.word()];
    let rows = tx.query("reading settings", LOCK, &values).await?;
    rows.first().map(read).transpose()
}

/// Makes empty settings, unless there are some.
///
/// # Errors
/// When the database cannot be reached.
pub async fn insert(tx: &TenantTx, id: Uuid, provider: Provider, now: Timestamp) -> Result<(), StorageError> {
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 4] = [&tx.org().uuid(), &id, &provider.word(), &now];
    tx.execute("creating settings", INSERT, &values).await.map(drop)
}

/// Replaces what is not secret; they are untested then.
///
/// # Errors
/// When the database cannot be reached.
pub async fn update_fields(tx: &TenantTx, id: Uuid, fields: &Value, now: Timestamp) -> Result<(), StorageError> {
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 4] = [&tx.org().uuid(), &id, fields, &now];
    tx.execute("saving settings", UPDATE_FIELDS, &values).await.map(drop)
}

/// How a test of settings went.
#[derive(Clone, Debug)]
pub struct TestResult {
    /// When the settings that were tested had last changed.
    pub of: Timestamp,
    /// How they stand now.
    pub status: SettingsStatus,
    /// Why, when they fail.
    pub problem: Option<Value>,
    /// When it was tested.
    pub at: Timestamp,
}

/// Keeps a test's result; whether the settings were still the tested ones.
///
/// # Errors
/// When the database cannot be reached.
pub async fn update_status(tx: &TenantTx, id: Uuid, result: &TestResult) -> Result<bool, StorageError> {
    let (org, word) = (tx.org().uuid(), result.status.word());
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 6] =
        [&org, &id, &result.of, &word, &result.problem, &result.at];
    Ok(tx.execute("keeping a test's result", UPDATE_STATUS, &values).await? == 1)
}

/// Deletes settings. Their secrets are deleted by the caller, in the same transaction.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete(tx: &TenantTx, id: Uuid) -> Result<(), StorageError> {
    tx.execute("deleting settings", DELETE, &[&tx.org().uuid(), &id])
        .await
        .map(drop)
}

/// Writes down what happened.
///
/// # Errors
/// When the database cannot be reached.
pub async fn append_event(tx: &TenantTx, provider: Provider, event: &SettingsEvent) -> Result<(), StorageError> {
    let (org, provider, status) = (tx.org().uuid(), provider.word(), event.status.word());
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 7] = [
        &org,
        &event.id,
        &provider,
        &event.kind,
        &status,
        &event.problem,
        &event.at,
    ];
    tx.execute("writing a settings event", APPEND_EVENT, &values)
        .await
        .map(drop)
}

/// Which events to list.
#[derive(Clone, Copy, Debug)]
pub struct EventPage {
    /// Only those before this one.
    pub before: Option<Uuid>,
    /// At most so many.
    pub limit: i64,
}

/// What happened to a provider's settings, the newest first.
///
/// # Errors
/// When the database cannot be reached or holds what this program does not know.
pub async fn list_events(
    tx: &TenantTx,
    provider: Provider,
    page: EventPage,
) -> Result<Vec<SettingsEvent>, StorageError> {
    let (org, provider) = (tx.org().uuid(), provider.word());
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 4] = [&org, &provider, &page.before, &page.limit];
    let rows = tx.query("listing settings events", LIST_EVENTS, &values).await?;
    let event = |row: &Row| {
        Ok(SettingsEvent {
            id: row.get(0),
            kind: row.get(1),
            status: status_of(row.get(2))?,
            problem: row.get(3),
            at: row.get(4),
        })
    };
    rows.iter().map(event).collect()
}
