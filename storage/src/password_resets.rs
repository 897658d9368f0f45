//! Password resets that were asked for and not used yet.

use domain::ids::PersonId;
use jiff::Timestamp;

use crate::{Identities, IdentityTx, StorageError};

const INSERT: &str = "INSERT INTO password_resets (token_hash, person_id, expires_at) VALUES ($1, $2, $3)";
const FIND: &str = "SELECT person_id FROM password_resets WHERE token_hash = $1 AND expires_at > $2";
const DELETE: &str = "DELETE FROM password_resets WHERE token_hash = $1";
const DELETE_ALL: &str = "DELETE FROM password_resets WHERE person_id = $1";

/// Keeps a reset in the place of the person's earlier ones.
///
/// # Errors
/// When the database cannot be reached.
pub async fn insert(
    tx: &IdentityTx,
    token_hash: &[u8; 32],
    person: PersonId,
    expires_at: Timestamp,
) -> Result<(), StorageError> {
    delete_all(tx, person).await?;
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 3] = [&token_hash.as_slice(), &person.uuid(), &expires_at];
    tx.execute("keeping a password reset", INSERT, &values).await.map(drop)
}

/// Whose reset has this hash, unless it ran out.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find(
    identities: &Identities,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<PersonId>, StorageError> {
    let rows = identities
        .query("looking a password reset up", FIND, &[&token_hash.as_slice(), &now])
        .await?;
    Ok(rows.first().map(|row| PersonId::new(row.get(0))))
}

/// Uses the reset up; false when somebody was first.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete(tx: &IdentityTx, token_hash: &[u8; 32]) -> Result<bool, StorageError> {
    let rows = tx
        .execute("using a password reset up", DELETE, &[&token_hash.as_slice()])
        .await?;
    Ok(rows == 1)
}

/// Makes all of a person's resets useless.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete_all(tx: &IdentityTx, person: PersonId) -> Result<(), StorageError> {
    tx.execute("forgetting password resets", DELETE_ALL, &[&person.uuid()])
        .await
        .map(drop)
}
