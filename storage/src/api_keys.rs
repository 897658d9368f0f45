//! API keys: stored as hashes, looked up before the organization is known.

use domain::access::PermissionSet;
use domain::ids::{ApiKeyId, OrgId};
use jiff::Timestamp;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::{Engine, StorageError, TenantTx};

const FIND: &str = "
    SELECT org_id, id, permissions, expires_at, last_used_at, requests_per_minute FROM api_keys
    WHERE secret_hash = $1 AND revoked_at IS NULL";
const INSERT: &str = "
    INSERT INTO api_keys (org_id, id, name, secret_hash, permissions, expires_at, requests_per_minute, made_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const LIST: &str = "
    SELECT id, permissions, expires_at, requests_per_minute, name, made_by, created_at, last_used_at, revoked_at
    FROM api_keys WHERE org_id = $1 ORDER BY created_at, id";
const LOCK_LIVE: &str = "
    SELECT permissions, expires_at, requests_per_minute FROM api_keys
    WHERE org_id = $1 AND id = $2 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3) FOR SHARE";
const REVOKE: &str = "UPDATE api_keys SET revoked_at = $3 WHERE org_id = $1 AND id = $2 AND revoked_at IS NULL";
const TOUCH: &str = "UPDATE api_keys SET last_used_at = $3 WHERE org_id = $1 AND id = $2";

/// Whose key this is and what it may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiKeyOwner {
    /// The organization it acts for.
    pub org: OrgId,
    /// The key's own id, recorded with what it does.
    pub key: ApiKeyId,
    /// What it may do there.
    pub permissions: PermissionSet,
    /// When it stops working by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// How often it may ask; none: as often as any.
    pub requests_per_minute: Option<i32>,
}

/// What a key is and may do, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What people call it.
    pub name: String,
    /// What it may do; none: everything.
    pub permissions: Option<PermissionSet>,
    /// When it stops working by itself.
    pub expires_at: Option<Timestamp>,
    /// How often it may ask.
    pub requests_per_minute: Option<i32>,
    /// The person or the key that made it.
    pub made_by: Option<Uuid>,
}

/// A key with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedApiKey {
    /// The key.
    pub key: ApiKey,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// The owner of the key whose secret has this SHA-256, unless it is revoked.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find(engine: &Engine, secret_hash: &[u8]) -> Result<Option<ApiKeyOwner>, StorageError> {
    let client = engine.client().await?;
    let during = || StorageError::during("looking an API key up");
    let statement = client.prepare_cached(FIND).await.map_err(during())?;
    let row = client.query_opt(&statement, &[&secret_hash]).await.map_err(during())?;
    Ok(row.map(|row| ApiKeyOwner {
        org: OrgId::new(row.get(0)),
        key: ApiKeyId::new(row.get(1)),
        permissions: permissions(&row, 2).unwrap_or(PermissionSet::ALL),
        expires_at: row.get(3),
        last_used_at: row.get(4),
        requests_per_minute: row.get(5),
    }))
}

/// Stores a new key.
///
/// # Errors
/// When the database cannot be reached.
pub async fn insert(tx: &TenantTx, key: &ApiKey, secret_hash: &[u8]) -> Result<(), StorageError> {
    let words = key.permissions.map(PermissionSet::words);
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 8] = [
        &tx.org().uuid(),
        &key.id.uuid(),
        &key.name,
        &secret_hash,
        &words,
        &key.expires_at,
        &key.requests_per_minute,
        &key.made_by,
    ];
    tx.execute("storing an API key", INSERT, &values).await.map(drop)
}

/// Every key there ever was, the oldest first.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list(tx: &TenantTx) -> Result<Vec<ListedApiKey>, StorageError> {
    let rows = tx.query("listing API keys", LIST, &[&tx.org().uuid()]).await?;
    let listed = |row: &Row| ListedApiKey {
        key: ApiKey {
            id: ApiKeyId::new(row.get(0)),
            permissions: permissions(row, 1),
            expires_at: row.get(2),
            requests_per_minute: row.get(3),
            name: row.get(4),
            made_by: row.get(5),
        },
        created_at: row.get(6),
        last_used_at: row.get(7),
        revoked_at: row.get(8),
    };
    Ok(rows.iter().map(listed).collect())
}

/// What a key that works may do, and for how long and how fast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveApiKey {
    /// What it may do.
    pub permissions: PermissionSet,
    /// When it stops working by itself.
    pub expires_at: Option<Timestamp>,
    /// How often it may ask; none follows the settings, 0 is no limit.
    pub requests_per_minute: Option<i32>,
}

/// A key that works, and does so until the transaction ends; none when there is no such key or it is useless.
///
/// # Errors
/// When the database cannot be reached.
pub async fn lock_live(tx: &TenantTx, id: ApiKeyId, now: Timestamp) -> Result<Option<LiveApiKey>, StorageError> {
    let rows = tx
        .query("locking an API key", LOCK_LIVE, &[&tx.org().uuid(), &id.uuid(), &now])
        .await?;
    Ok(rows.first().map(|row| LiveApiKey {
        permissions: permissions(row, 0).unwrap_or(PermissionSet::ALL),
        expires_at: row.get(1),
        requests_per_minute: row.get(2),
    }))
}

/// Makes a key useless; false when there is no such key or it is useless already.
///
/// # Errors
/// When the database cannot be reached.
pub async fn revoke(tx: &TenantTx, id: ApiKeyId, now: Timestamp) -> Result<bool, StorageError> {
    let rows = tx
        .execute("revoking an API key", REVOKE, &[&tx.org().uuid(), &id.uuid(), &now])
        .await?;
    Ok(rows == 1)
}

/// Notes that a key was used.
///
/// # Errors
/// When the database cannot be reached.
pub async fn touch(tx: &TenantTx, id: ApiKeyId, now: Timestamp) -> Result<(), StorageError> {
    tx.execute("noting a key's use", TOUCH, &[&tx.org().uuid(), &id.uuid(), &now])
        .await
        .map(drop)
}

/// A word that this program does not know grants nothing: a newer program may have made the key.
fn permissions(row: &Row, column: usize) -> Option<PermissionSet> {
    let words: Option<Vec<String>> = row.get(column);
    let known = |words: Vec<String>| {
        let known = words.iter().filter_map(|word| domain::access::Permission::parse(word));
        known.fold(PermissionSet::NONE, PermissionSet::with)
    };
    words.map(known)
}
