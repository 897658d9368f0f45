//! Sign-ins by way of a provider that are under way: found once, by the hash of their state.

use jiff::Timestamp;

use crate::{Identities, IdentityTx, StorageError};

const DELETE_EXPIRED: &str = "DELETE FROM sign_on_starts WHERE expires_at <= $1";
const INSERT: &str = "
    INSERT INTO sign_on_starts (state_hash, provider, return_to, expires_at) VALUES ($1, $2, $3, $4)";
const TAKE: &str = "
    DELETE FROM sign_on_starts WHERE state_hash = $1 AND provider = $2 RETURNING return_to, expires_at";

/// A sign-in that left for its provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignOnStart {
    /// The provider's name in the settings.
    pub provider: String,
    /// Where the person wants to land.
    pub return_to: String,
    /// Until when the provider's answer is taken.
    pub expires_at: Timestamp,
}

/// Keeps a sign-in until its answer comes, and forgets those that ran out.
///
/// # Errors
/// When the database cannot be reached.
pub async fn insert(
    tx: &IdentityTx,
    state_hash: &[u8; 32],
    start: &SignOnStart,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.execute("forgetting sign-ins", DELETE_EXPIRED, &[&now]).await?;
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 4] = [
        &state_hash.as_slice(),
        &start.provider,
        &start.return_to,
        &start.expires_at,
    ];
    tx.execute("keeping a sign-in", INSERT, &values).await.map(drop)
}

/// Uses a sign-in with this provider up, in autocommit: whatever becomes of it, it was its only answer. None when there is no
/// such, somebody was first, or it ran out.
///
/// # Errors
/// When the database cannot be reached.
pub async fn take(
    identities: &Identities,
    state_hash: &[u8; 32],
    provider: &str,
    now: Timestamp,
) -> Result<Option<SignOnStart>, StorageError> {
    let rows = identities
        .query("using a sign-in up", TAKE, &[&state_hash.as_slice(), &provider])
        .await?;
    let start = rows.first().map(|row| SignOnStart {
        provider: provider.to_owned(),
        return_to: row.get(0),
        expires_at: row.get(1),
    });
    Ok(start.filter(|start| start.expires_at > now))
}
