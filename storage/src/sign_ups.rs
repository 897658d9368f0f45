//! Sign-ups that wait for their mail to be answered.

use jiff::Timestamp;

use crate::{Identities, IdentityTx, StorageError};

const INSERT: &str = "
    INSERT INTO sign_ups (token_hash, email, name, organization_name, password_hash, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6)";
const DELETE_EXPIRED: &str = "DELETE FROM sign_ups WHERE expires_at <= $1";
const FIND: &str = "
    SELECT email, name, organization_name, password_hash FROM sign_ups WHERE token_hash = $1 AND expires_at > $2";
const DELETE: &str = "DELETE FROM sign_ups WHERE token_hash = $1";

/// What was asked for. No `Debug`: it holds the password's hash.
#[derive(Clone)]
pub struct SignUp {
    /// The address, not yet verified.
    pub email: String,
    /// What the person is called.
    pub name: String,
    /// What their organization is called.
    pub organization_name: String,
    /// The hash of the password that they chose.
    pub password_hash: String,
}

/// Keeps a sign-up until `expires_at`, and forgets those that ran out.
///
/// # Errors
/// When the database cannot be reached.
pub async fn insert(
    tx: &IdentityTx,
    token_hash: &[u8; 32],
    sign_up: &SignUp,
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<(), StorageError> {
    tx.execute("forgetting sign-ups", DELETE_EXPIRED, &[&now]).await?;
    let SignUp {
        email,
        name,
        organization_name,
        password_hash,
    } = sign_up;
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 6] = [
        &token_hash.as_slice(),
        email,
        name,
        organization_name,
        password_hash,
        &expires_at,
    ];
    tx.execute("keeping a sign-up", INSERT, &values).await.map(drop)
}

/// The sign-up whose token has this hash, unless it ran out.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find(
    identities: &Identities,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<SignUp>, StorageError> {
    let rows = identities
        .query("looking a sign-up up", FIND, &[&token_hash.as_slice(), &now])
        .await?;
    Ok(rows.first().map(|row| SignUp {
        email: row.get(0),
        name: row.get(1),
        organization_name: row.get(2),
        password_hash: row.get(3),
    }))
}

/// Uses the sign-up up; false when somebody was first.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete(tx: &IdentityTx, token_hash: &[u8; 32]) -> Result<bool, StorageError> {
    let rows = tx
        .execute("using a sign-up up", DELETE, &[&token_hash.as_slice()])
        .await?;
    Ok(rows == 1)
}
