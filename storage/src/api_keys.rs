//! API keys: stored as hashes, looked up before the organization is known.

use domain::ids::{ApiKeyId, OrgId};

use crate::{Engine, StorageError, TenantTx};

const FIND: &str = "SELECT org_id, id FROM api_keys WHERE secret_hash = $1 AND revoked_at IS NULL";
const INSERT: &str = "INSERT INTO api_keys (org_id, id, name, secret_hash) VALUES ($1, $2, $3, $4)";

/// Whose key this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiKeyOwner {
    /// The organization it acts for.
    pub org: OrgId,
    /// The key's own id, recorded with what it does.
    pub key: ApiKeyId,
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
    }))
}

/// Stores a new key.
///
/// # Errors
/// When the database cannot be reached.
pub async fn insert(tx: &TenantTx, id: ApiKeyId, name: &str, secret_hash: &[u8]) -> Result<(), StorageError> {
    tx.execute(
        "storing an API key",
        INSERT,
        &[&tx.org().uuid(), &id.uuid(), &name, &secret_hash],
    )
    .await
    .map(drop)
}
