//! Passkeys: public keys of people, several each. Their counters move with each use.

use domain::ids::{PasskeyId, PersonId};
use jiff::Timestamp;
use serde_json::Value;
use tokio_postgres::Row;

use crate::{Identities, IdentityTx, StorageError};

const INSERT: &str = "
    INSERT INTO passkeys (id, person_id, credential_id, credential, name, created_at) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (credential_id) DO NOTHING";
const LIST: &str = "
    SELECT id, person_id, credential, name, created_at, last_used_at FROM passkeys WHERE person_id = $1 ORDER BY id";
const LOCK: &str = "
    SELECT id, person_id, credential, name, created_at, last_used_at FROM passkeys
    WHERE person_id = $1 AND credential_id = $2 FOR UPDATE";
const LOCK_ALL: &str = "SELECT id FROM passkeys WHERE person_id = $1 ORDER BY id FOR UPDATE";
const UPDATE_USE: &str = "UPDATE passkeys SET credential = $2, last_used_at = $3 WHERE id = $1";
const UPDATE_NAME: &str = "UPDATE passkeys SET name = $3 WHERE person_id = $1 AND id = $2";
const DELETE: &str = "DELETE FROM passkeys WHERE person_id = $1 AND id = $2 RETURNING name";

/// A passkey. No secret of it is here: the private key never leaves its device.
#[derive(Clone, Debug)]
pub struct StoredPasskey {
    /// Its id.
    pub id: PasskeyId,
    /// Whose.
    pub person: PersonId,
    /// Public key and counter, as the library keeps them.
    pub credential: Value,
    /// What its person calls it.
    pub name: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When it last proved something.
    pub last_used_at: Option<Timestamp>,
}

/// Adds a passkey with the id its device gave it; false when somebody has it already.
///
/// # Errors
/// When the database cannot be reached.
pub async fn insert(tx: &IdentityTx, passkey: &StoredPasskey, credential_id: &[u8]) -> Result<bool, StorageError> {
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 6] = [
        &passkey.id.uuid(),
        &passkey.person.uuid(),
        &credential_id,
        &passkey.credential,
        &passkey.name,
        &passkey.created_at,
    ];
    let rows = tx.execute("adding a passkey", INSERT, &values).await?;
    Ok(rows == 1)
}

/// A person's passkeys, the oldest first.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list(identities: &Identities, person: PersonId) -> Result<Vec<StoredPasskey>, StorageError> {
    let rows = identities.query("listing passkeys", LIST, &[&person.uuid()]).await?;
    Ok(rows.iter().map(from_row).collect())
}

/// The person's passkey that its device calls so, locked: two uses of one counter wait for each other.
///
/// # Errors
/// When the database cannot be reached.
pub async fn lock(
    tx: &IdentityTx,
    person: PersonId,
    credential_id: &[u8],
) -> Result<Option<StoredPasskey>, StorageError> {
    let rows = tx
        .query("looking a passkey up", LOCK, &[&person.uuid(), &credential_id])
        .await?;
    Ok(rows.first().map(from_row))
}

/// The ids of a person's passkeys, locked.
///
/// # Errors
/// When the database cannot be reached.
pub async fn lock_all(tx: &IdentityTx, person: PersonId) -> Result<Vec<PasskeyId>, StorageError> {
    let rows = tx.query("locking passkeys", LOCK_ALL, &[&person.uuid()]).await?;
    Ok(rows.iter().map(|row| PasskeyId::new(row.get(0))).collect())
}

/// Notes that a passkey was used, with its counter.
///
/// # Errors
/// When the database cannot be reached.
pub async fn update_use(
    tx: &IdentityTx,
    id: PasskeyId,
    credential: &Value,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.execute("noting a passkey's use", UPDATE_USE, &[&id.uuid(), &credential, &now])
        .await
        .map(drop)
}

/// Renames a person's passkey; false when they have no such.
///
/// # Errors
/// When the database cannot be reached.
pub async fn update_name(tx: &IdentityTx, person: PersonId, id: PasskeyId, name: &str) -> Result<bool, StorageError> {
    let rows = tx
        .execute("renaming a passkey", UPDATE_NAME, &[&person.uuid(), &id.uuid(), &name])
        .await?;
    Ok(rows == 1)
}

/// Removes a person's passkey; what it was called, if they had it.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete(tx: &IdentityTx, person: PersonId, id: PasskeyId) -> Result<Option<String>, StorageError> {
    let rows = tx
        .query("removing a passkey", DELETE, &[&person.uuid(), &id.uuid()])
        .await?;
    Ok(rows.first().map(|row| row.get(0)))
}

fn from_row(row: &Row) -> StoredPasskey {
    StoredPasskey {
        id: PasskeyId::new(row.get(0)),
        person: PersonId::new(row.get(1)),
        credential: row.get(2),
        name: row.get(3),
        created_at: row.get(4),
        last_used_at: row.get(5),
    }
}
