//! Sealed secrets. Nothing here can open one; `actors::vault` does, in one place.

use domain::secrets::{KeyId, KeyVersion};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::data_keys::WrappedDataKey;
use crate::{StorageError, TenantTx};

/// One snapshot of the secret and its key: a rotation cannot come between.
const LIST_OF: &str = "
    SELECT s.id, s.owner_table, s.owner_row, s.owner_column, s.ciphertext, s.nonce, s.key_version, s.key_id,
           k.version, k.key_id, k.root_key_id, k.wrapped, k.nonce
    FROM secrets AS s JOIN data_keys AS k ON k.org_id = s.org_id AND k.version = s.key_version
    WHERE s.org_id = $1 AND s.owner_table = $2 AND s.owner_row = $3 ORDER BY s.owner_column";
const LOCK_OLDER: &str = "
    SELECT s.id, s.owner_table, s.owner_row, s.owner_column, s.ciphertext, s.nonce, s.key_version, s.key_id,
           k.version, k.key_id, k.root_key_id, k.wrapped, k.nonce
    FROM secrets AS s JOIN data_keys AS k ON k.org_id = s.org_id AND k.version = s.key_version
    WHERE s.org_id = $1 AND s.key_version < $2 ORDER BY s.id LIMIT $3 FOR UPDATE OF s";
const LIST_HINTS: &str = "
    SELECT owner_row, owner_column, hint FROM secrets
    WHERE org_id = $1 AND owner_table = $2 ORDER BY owner_row, owner_column";
const UPSERT: &str = "
    INSERT INTO secrets (org_id, id, owner_table, owner_row, owner_column, ciphertext, nonce, key_version, key_id, hint)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (org_id, owner_table, owner_row, owner_column) DO UPDATE
    SET ciphertext = EXCLUDED.ciphertext, nonce = EXCLUDED.nonce, key_version = EXCLUDED.key_version,
        key_id = EXCLUDED.key_id, hint = EXCLUDED.hint, updated_at = now()";
const UPDATE_SEALING: &str = "
    UPDATE secrets SET ciphertext = $3, nonce = $4, key_version = $5, key_id = $6, updated_at = now()
    WHERE org_id = $1 AND id = $2";
const DELETE_ONE: &str = "
    DELETE FROM secrets WHERE org_id = $1 AND owner_table = $2 AND owner_row = $3 AND owner_column = $4";
const DELETE_OF: &str = "DELETE FROM secrets WHERE org_id = $1 AND owner_table = $2 AND owner_row = $3";

/// The row that secrets belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretOwner<'a> {
    /// Its table.
    pub table: &'a str,
    /// Which row.
    pub row: Uuid,
}

/// What the cipher made of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The ciphertext with its tag.
    pub ciphertext: Vec<u8>,
    /// Used once with this key.
    pub nonce: Vec<u8>,
    /// Which data key.
    pub version: KeyVersion,
    /// Its name, which commits to it.
    pub key: KeyId,
}

/// A secret as stored, with the key it was sealed with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSecret {
    /// Its own id.
    pub id: Uuid,
    /// The table of the row it belongs to.
    pub table: String,
    /// That row.
    pub row: Uuid,
    /// What of the row.
    pub column: String,
    /// The ciphertext.
    pub sealed: Sealed,
    /// Its key.
    pub data_key: WrappedDataKey,
}

fn read(row: &Row) -> Result<StoredSecret, StorageError> {
    let key = KeyId::from_slice(row.get(7));
    Ok(StoredSecret {
        id: row.get(0),
        table: row.get(1),
        row: row.get(2),
        column: row.get(3),
        sealed: Sealed {
            ciphertext: row.get(4),
            nonce: row.get(5),
            version: KeyVersion(row.get(6)),
            key: key.ok_or_else(|| StorageError::Unexpected("a key's name of another length".to_owned()))?,
        },
        data_key: WrappedDataKey::read(row, 8)?,
    })
}

/// Every secret of a row, by column.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list_of(tx: &TenantTx, owner: SecretOwner<'_>) -> Result<Vec<StoredSecret>, StorageError> {
    let rows = tx
        .query(
            "reading secrets",
            LIST_OF,
            &[&tx.org().uuid(), &owner.table, &owner.row],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Up to `limit` secrets sealed with an older key than `version`, locked.
///
/// # Errors
/// When the database cannot be reached.
pub async fn lock_older(tx: &TenantTx, version: KeyVersion, limit: i64) -> Result<Vec<StoredSecret>, StorageError> {
    let rows = tx
        .query(
            "reading secrets to seal again",
            LOCK_OLDER,
            &[&tx.org().uuid(), &version.0, &limit],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Row, column and hint of every secret of a table's rows.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list_hints(tx: &TenantTx, table: &str) -> Result<Vec<(Uuid, String, Option<String>)>, StorageError> {
    let rows = tx
        .query("listing secrets", LIST_HINTS, &[&tx.org().uuid(), &table])
        .await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect())
}

/// A secret to store.
pub struct NewSecret<'a> {
    /// Its own id, if it is new.
    pub id: Uuid,
    /// What of its owner's row.
    pub column: &'a str,
    /// The ciphertext.
    pub sealed: Sealed,
    /// What may be shown.
    pub hint: Option<String>,
}

/// Stores a secret, in place of the one that is there.
///
/// # Errors
/// When the database cannot be reached.
pub async fn upsert(tx: &TenantTx, owner: SecretOwner<'_>, secret: &NewSecret<'_>) -> Result<(), StorageError> {
    let sealed = &secret.sealed;
    tx.execute(
        "storing a secret",
        UPSERT,
        &[
            &tx.org().uuid(),
            &secret.id,
            &owner.table,
            &owner.row,
            &secret.column,
            &sealed.ciphertext,
            &sealed.nonce,
            &sealed.version.0,
            &sealed.key.as_bytes(),
            &secret.hint,
        ],
    )
    .await
    .map(drop)
}

/// Stores the same secret sealed with another key.
///
/// # Errors
/// When the database cannot be reached.
pub async fn update_sealing(tx: &TenantTx, id: Uuid, sealed: &Sealed) -> Result<(), StorageError> {
    tx.execute(
        "sealing a secret again",
        UPDATE_SEALING,
        &[
            &tx.org().uuid(),
            &id,
            &sealed.ciphertext,
            &sealed.nonce,
            &sealed.version.0,
            &sealed.key.as_bytes(),
        ],
    )
    .await
    .map(drop)
}

/// Deletes one secret of a row, if it is there.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete_one(tx: &TenantTx, owner: SecretOwner<'_>, column: &str) -> Result<(), StorageError> {
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 4] = [&tx.org().uuid(), &owner.table, &owner.row, &column];
    tx.execute("deleting a secret", DELETE_ONE, &values).await.map(drop)
}

/// Deletes every secret of a row.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete_of(tx: &TenantTx, owner: SecretOwner<'_>) -> Result<(), StorageError> {
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 3] = [&tx.org().uuid(), &owner.table, &owner.row];
    tx.execute("deleting secrets", DELETE_OF, &values).await.map(drop)
}
