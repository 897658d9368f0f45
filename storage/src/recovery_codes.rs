//! Recovery codes: hashes of those not used yet.

use domain::ids::PersonId;

use crate::{Identities, IdentityTx, StorageError};

const DELETE_ALL: &str = "DELETE FROM recovery_codes WHERE person_id = $1";
const INSERT: &str = "INSERT INTO recovery_codes (person_id, code_hash) SELECT $1, h FROM unnest($2::bytea[]) AS h";
const DELETE: &str = "DELETE FROM recovery_codes WHERE person_id = $1 AND code_hash = $2";
const COUNT: &str = "SELECT count(*) FROM recovery_codes WHERE person_id = $1";

/// Keeps these codes and no others.
///
/// # Errors
/// When the database cannot be reached.
pub async fn replace(tx: &IdentityTx, person: PersonId, hashes: &[[u8; 32]]) -> Result<(), StorageError> {
    delete_all(tx, person).await?;
    let hashes: Vec<&[u8]> = hashes.iter().map(<[u8; 32]>::as_slice).collect();
    tx.execute("keeping recovery codes", INSERT, &[&person.uuid(), &hashes])
        .await
        .map(drop)
}

/// Uses a code up; false when the person has none with this hash.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete(tx: &IdentityTx, person: PersonId, hash: &[u8; 32]) -> Result<bool, StorageError> {
    let rows = tx
        .execute("using a recovery code up", DELETE, &[&person.uuid(), &hash.as_slice()])
        .await?;
    Ok(rows == 1)
}

/// Forgets a person's codes.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete_all(tx: &IdentityTx, person: PersonId) -> Result<(), StorageError> {
    tx.execute("forgetting recovery codes", DELETE_ALL, &[&person.uuid()])
        .await
        .map(drop)
}

/// How many are left.
///
/// # Errors
/// When the database cannot be reached.
pub async fn count(identities: &Identities, person: PersonId) -> Result<i64, StorageError> {
    let rows = identities
        .query("counting recovery codes", COUNT, &[&person.uuid()])
        .await?;
    Ok(rows.first().map_or(0, |row| row.get(0)))
}
