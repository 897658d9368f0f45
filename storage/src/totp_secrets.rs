//! Secrets of authenticator apps: one a person, sealed by the root key, with the last time step that was taken.

use domain::ids::PersonId;
use domain::secrets::KeyId;
use jiff::Timestamp;
use tokio_postgres::Row;

use crate::{Identities, IdentityTx, StorageError};

const INSERT: &str = "
    INSERT INTO totp_secrets (person_id, ciphertext, nonce, root_key_id, last_step, created_at)
    VALUES ($1, $2, $3, $4, 0, $5)";
const DELETE_UNCONFIRMED: &str = "DELETE FROM totp_secrets WHERE person_id = $1 AND confirmed_at IS NULL";
const DELETE: &str = "DELETE FROM totp_secrets WHERE person_id = $1 AND confirmed_at IS NOT NULL";
const FIND_SINCE: &str = "SELECT confirmed_at FROM totp_secrets WHERE person_id = $1";
const LOCK: &str = "
    SELECT person_id, ciphertext, nonce, root_key_id, confirmed_at IS NOT NULL
    FROM totp_secrets WHERE person_id = $1 FOR UPDATE";
const CONFIRM: &str = "UPDATE totp_secrets SET confirmed_at = $2 WHERE person_id = $1 AND confirmed_at IS NULL";
/// Each step once, and no step before one that was taken.
const TAKE_STEP: &str = "UPDATE totp_secrets SET last_step = $2 WHERE person_id = $1 AND last_step < $2";
const LOCK_SEALED_BY_OTHERS: &str = "
    SELECT person_id, ciphertext, nonce, root_key_id, confirmed_at IS NOT NULL
    FROM totp_secrets WHERE root_key_id <> $1 ORDER BY person_id LIMIT $2 FOR UPDATE";
const UPDATE_SEALING: &str = "
    UPDATE totp_secrets SET ciphertext = $2, nonce = $3, root_key_id = $4 WHERE person_id = $1";

/// What a person's secret is bound to, beside its person.
pub const TABLE: &str = "totp_secrets";
/// And the column.
pub const COLUMN: &str = "ciphertext";

/// A secret sealed by the root key itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedByRoot {
    /// The secret, sealed.
    pub ciphertext: Vec<u8>,
    /// What it was sealed under.
    pub nonce: Vec<u8>,
    /// The name of the root key that sealed it.
    pub root: KeyId,
}

/// A person's secret.
#[derive(Clone, Debug)]
pub struct TotpSecret {
    /// Whose.
    pub person: PersonId,
    /// The secret, sealed.
    pub sealed: SealedByRoot,
    /// Whether a first code confirmed it. Until then it counts for nothing.
    pub is_confirmed: bool,
}

/// Keeps a secret that waits for its first code, in the place of another one that waited; false when one counts already.
///
/// # Errors
/// When the database cannot be reached.
pub async fn insert(
    tx: &IdentityTx,
    person: PersonId,
    sealed: &SealedByRoot,
    now: Timestamp,
) -> Result<bool, StorageError> {
    tx.execute("forgetting an authenticator", DELETE_UNCONFIRMED, &[&person.uuid()])
        .await?;
    if lock(tx, person).await?.is_some() {
        return Ok(false);
    }
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 5] = [
        &person.uuid(),
        &sealed.ciphertext,
        &sealed.nonce,
        &sealed.root.as_bytes(),
        &now,
    ];
    tx.execute("keeping an authenticator", INSERT, &values).await?;
    Ok(true)
}

/// A person's secret, locked.
///
/// # Errors
/// When the database cannot be reached.
pub async fn lock(tx: &IdentityTx, person: PersonId) -> Result<Option<TotpSecret>, StorageError> {
    let rows = tx.query("looking an authenticator up", LOCK, &[&person.uuid()]).await?;
    rows.first().map(from_row).transpose()
}

/// The secret counts from now on.
///
/// # Errors
/// When the database cannot be reached.
pub async fn confirm(tx: &IdentityTx, person: PersonId, now: Timestamp) -> Result<bool, StorageError> {
    let rows = tx
        .execute("confirming an authenticator", CONFIRM, &[&person.uuid(), &now])
        .await?;
    Ok(rows == 1)
}

/// Takes a time step's code; false when it, or a later one, was taken before.
///
/// # Errors
/// When the database cannot be reached.
pub async fn take_step(tx: &IdentityTx, person: PersonId, step: i64) -> Result<bool, StorageError> {
    let rows = tx.execute("taking a code", TAKE_STEP, &[&person.uuid(), &step]).await?;
    Ok(rows == 1)
}

/// Removes a secret that counts; false when there is none.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete(tx: &IdentityTx, person: PersonId) -> Result<bool, StorageError> {
    let rows = tx
        .execute("removing an authenticator", DELETE, &[&person.uuid()])
        .await?;
    Ok(rows == 1)
}

/// Up to `limit` secrets that another root key than this one sealed, locked.
///
/// # Errors
/// When the database cannot be reached.
pub async fn lock_sealed_by_others(tx: &IdentityTx, root: KeyId, limit: i64) -> Result<Vec<TotpSecret>, StorageError> {
    let rows = tx
        .query(
            "finding secrets to seal again",
            LOCK_SEALED_BY_OTHERS,
            &[&root.as_bytes(), &limit],
        )
        .await?;
    rows.iter().map(from_row).collect()
}

/// Replaces a secret's sealing.
///
/// # Errors
/// When the database cannot be reached.
pub async fn update_sealing(tx: &IdentityTx, person: PersonId, sealed: &SealedByRoot) -> Result<(), StorageError> {
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 4] = [
        &person.uuid(),
        &sealed.ciphertext,
        &sealed.nonce,
        &sealed.root.as_bytes(),
    ];
    tx.execute("sealing a secret again", UPDATE_SEALING, &values)
        .await
        .map(drop)
}

/// Since when somebody's authenticator counts.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find_since(identities: &Identities, person: PersonId) -> Result<Option<Timestamp>, StorageError> {
    let rows = identities
        .query("looking an authenticator up", FIND_SINCE, &[&person.uuid()])
        .await?;
    Ok(rows.first().and_then(|row| row.get(0)))
}

fn from_row(row: &Row) -> Result<TotpSecret, StorageError> {
    let root = KeyId::from_slice(row.get(3));
    Ok(TotpSecret {
        person: PersonId::new(row.get(0)),
        sealed: SealedByRoot {
            ciphertext: row.get(1),
            nonce: row.get(2),
            root: root.ok_or_else(|| StorageError::Unexpected("a key's name of another length".to_owned()))?,
        },
        is_confirmed: row.get(4),
    })
}
