//! An organization's data keys, wrapped by the root key: what its secrets are sealed with.

use domain::secrets::{KeyId, KeyVersion};
use tokio_postgres::Row;

use crate::{StorageError, TenantTx};

/// FOR SHARE: the key stays the one that seals until the transaction ends, or a rotation would retire it under us.
const LOCK_ACTIVE: &str = "
    SELECT version, key_id, root_key_id, wrapped, nonce FROM data_keys
    WHERE org_id = $1 AND state = 'active' FOR SHARE";
const INSERT: &str = "
    INSERT INTO data_keys (org_id, version, state, key_id, root_key_id, wrapped, nonce)
    VALUES ($1, $2, 'active', $3, $4, $5, $6) ON CONFLICT DO NOTHING";
const FIND_LAST_VERSION: &str = "SELECT max(version) FROM data_keys WHERE org_id = $1";
const FIND_RETIRING: &str = "SELECT version FROM data_keys WHERE org_id = $1 AND state = 'retiring' LIMIT 1";
const BEGIN_RETIRING: &str = "UPDATE data_keys SET state = 'retiring' WHERE org_id = $1 AND state = 'active'";
/// A key that something is still sealed with stays.
const RETIRE: &str = "
    UPDATE data_keys AS k SET state = 'retired', wrapped = NULL, retired_at = now()
    WHERE k.org_id = $1 AND k.state = 'retiring'
      AND NOT EXISTS (SELECT FROM secrets AS s WHERE s.org_id = $1 AND s.key_version = k.version)";
const LOCK_WRAPPED_BY_OTHERS: &str = "
    SELECT version, key_id, root_key_id, wrapped, nonce FROM data_keys
    WHERE org_id = $1 AND root_key_id <> $2 AND wrapped IS NOT NULL ORDER BY version FOR UPDATE";
const UPDATE_WRAPPING: &str = "
    UPDATE data_keys SET root_key_id = $3, wrapped = $4, nonce = $5
    WHERE org_id = $1 AND version = $2 AND wrapped IS NOT NULL";

/// A data key as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedDataKey {
    /// Which of the organization's.
    pub version: KeyVersion,
    /// Its name.
    pub id: KeyId,
    /// The name of the root key that wrapped it.
    pub root: KeyId,
    /// The key, sealed; none when it is retired.
    pub wrapped: Option<Vec<u8>>,
    /// What it was sealed under.
    pub nonce: Vec<u8>,
}

impl WrappedDataKey {
    /// Reads five columns from `first` on.
    pub(crate) fn read(row: &Row, first: usize) -> Result<Self, StorageError> {
        let id = |column: usize| {
            KeyId::from_slice(row.get(column))
                .ok_or_else(|| StorageError::Unexpected("a key's name of another length".to_owned()))
        };
        Ok(Self {
            version: KeyVersion(row.get(first)),
            id: id(first + 1)?,
            root: id(first + 2)?,
            wrapped: row.get(first + 3),
            nonce: row.get(first + 4),
        })
    }
}

/// The key that seals, which stays so until the transaction ends.
///
/// # Errors
/// When the database cannot be reached.
pub async fn lock_active(tx: &TenantTx) -> Result<Option<WrappedDataKey>, StorageError> {
    let rows = tx
        .query("finding the data key", LOCK_ACTIVE, &[&tx.org().uuid()])
        .await?;
    rows.first().map(|row| WrappedDataKey::read(row, 0)).transpose()
}

/// Stores a new key as the one that seals, unless there is one; whether it was stored.
///
/// # Errors
/// When the database cannot be reached.
pub async fn insert(tx: &TenantTx, key: &WrappedDataKey) -> Result<bool, StorageError> {
    let inserted = tx
        .execute(
            "storing a data key",
            INSERT,
            &[
                &tx.org().uuid(),
                &key.version.0,
                &key.id.as_bytes(),
                &key.root.as_bytes(),
                &key.wrapped,
                &key.nonce,
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// The newest version there ever was.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find_last_version(tx: &TenantTx) -> Result<Option<KeyVersion>, StorageError> {
    let rows = tx
        .query("finding the last data key", FIND_LAST_VERSION, &[&tx.org().uuid()])
        .await?;
    Ok(rows
        .first()
        .and_then(|row| row.get::<_, Option<i32>>(0))
        .map(KeyVersion))
}

/// Whether a rotation has begun and not ended.
///
/// # Errors
/// When the database cannot be reached.
pub async fn is_rotating(tx: &TenantTx) -> Result<bool, StorageError> {
    let rows = tx
        .query("finding a retiring data key", FIND_RETIRING, &[&tx.org().uuid()])
        .await?;
    Ok(!rows.is_empty())
}

/// The key that seals only opens from now on. Waits for every sealing under way; how many there were.
///
/// # Errors
/// When the database cannot be reached.
pub async fn begin_retiring(tx: &TenantTx) -> Result<u64, StorageError> {
    tx.execute("retiring a data key", BEGIN_RETIRING, &[&tx.org().uuid()])
        .await
}

/// Destroys retiring keys that nothing is sealed with; how many.
///
/// # Errors
/// When the database cannot be reached.
pub async fn retire(tx: &TenantTx) -> Result<u64, StorageError> {
    tx.execute("destroying a data key", RETIRE, &[&tx.org().uuid()]).await
}

/// Keys that another root key than this one wrapped, locked.
///
/// # Errors
/// When the database cannot be reached.
pub async fn lock_wrapped_by_others(tx: &TenantTx, root: KeyId) -> Result<Vec<WrappedDataKey>, StorageError> {
    let rows = tx
        .query(
            "finding data keys to wrap again",
            LOCK_WRAPPED_BY_OTHERS,
            &[&tx.org().uuid(), &root.as_bytes()],
        )
        .await?;
    rows.iter().map(|row| WrappedDataKey::read(row, 0)).collect()
}

/// Replaces a key's wrapping.
///
/// # Errors
/// When the database cannot be reached or the key is gone.
pub async fn update_wrapping(tx: &TenantTx, key: &WrappedDataKey) -> Result<(), StorageError> {
    let updated = tx
        .execute(
            "wrapping a data key again",
            UPDATE_WRAPPING,
            &[
                &tx.org().uuid(),
                &key.version.0,
                &key.root.as_bytes(),
                &key.wrapped,
                &key.nonce,
            ],
        )
        .await?;
    if updated == 1 {
        Ok(())
    } else {
        Err(StorageError::Unexpected(format!("data key {} is gone", key.version.0)))
    }
}
