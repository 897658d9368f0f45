//! API keys: stored as hashes, looked up before the organization is known.

use domain::access::PermissionSet;
use domain::ids::{ApiKeyId, OrgId};
use jiff::Timestamp;
use tokio_postgres::types::ToSql;

use crate::{Engine, StorageError, TenantTx};

const FIND: &str = "
    SELECT org_id, id, scopes, expires_at, requests_per_minute FROM api_keys
    WHERE secret_hash = $1 AND revoked_at IS NULL";
const INSERT: &str = "
    INSERT INTO api_keys (org_id, id, name, secret_hash, scopes, expires_at, requests_per_minute)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

/// Whose key this is, and what it may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiKeyOwner {
    /// The organization it acts for.
    pub org: OrgId,
    /// The key's own id, recorded with what it does.
    pub key: ApiKeyId,
    /// What it may do.
    pub scopes: PermissionSet,
    /// From then on it is worth nothing.
    pub expires_at: Option<Timestamp>,
    /// A limit of its own: none follows the settings, 0 is no limit.
    pub requests_per_minute: Option<u32>,
}

/// A key to be stored.
#[derive(Clone, Debug)]
pub struct NewApiKey<'a> {
    /// Its id.
    pub id: ApiKeyId,
    /// What people call it.
    pub name: &'a str,
    /// SHA-256 of the secret.
    pub secret_hash: [u8; 32],
    /// What it may do; none is everything.
    pub scopes: Option<PermissionSet>,
    /// From then on it is worth nothing.
    pub expires_at: Option<Timestamp>,
    /// See [`ApiKeyOwner::requests_per_minute`].
    pub requests_per_minute: Option<u32>,
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
    row.as_ref().map(read).transpose()
}

fn read(row: &tokio_postgres::Row) -> Result<ApiKeyOwner, StorageError> {
    let words: Option<Vec<&str>> = row.get(2);
    let scopes = match words {
        None => PermissionSet::ALL,
        Some(words) => PermissionSet::parse(words)
            .map_err(|word| StorageError::Unexpected(format!("an API key with the permission {word}")))?,
    };
    Ok(ApiKeyOwner {
        org: OrgId::new(row.get(0)),
        key: ApiKeyId::new(row.get(1)),
        scopes,
        expires_at: row.get(3),
        requests_per_minute: row.get::<_, Option<i32>>(4).and_then(|limit| u32::try_from(limit).ok()),
    })
}

/// Stores a new key.
///
/// # Errors
/// When the database cannot be reached.
pub async fn insert(tx: &TenantTx, key: &NewApiKey<'_>) -> Result<(), StorageError> {
    let words = key.scopes.map(PermissionSet::words);
    let limit = key.requests_per_minute.and_then(|limit| i32::try_from(limit).ok());
    let values: [&(dyn ToSql + Sync); 7] = [
        &tx.org().uuid(),
        &key.id.uuid(),
        &key.name,
        &key.secret_hash.as_slice(),
        &words,
        &key.expires_at,
        &limit,
    ];
    tx.execute("storing an API key", INSERT, &values).await.map(drop)
}
