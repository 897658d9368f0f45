//! Answers kept for repeated requests, in the transaction of their effect.

use domain::ids::CommandId;
use domain::stock::Fingerprint;
use serde_json::Value;

use crate::{StorageError, TenantTx};

const FIND: &str = "SELECT fingerprint, status, body FROM idempotent_answers WHERE org_id = $1 AND command_id = $2";
const INSERT: &str = "
    INSERT INTO idempotent_answers (org_id, command_id, fingerprint, status, body) VALUES ($1, $2, $3, $4, $5)";

/// What was answered the first time.
#[derive(Clone, Debug, PartialEq)]
pub struct IdempotentAnswer {
    /// The first request, digested.
    pub fingerprint: Fingerprint,
    /// HTTP status.
    pub status: u16,
    /// JSON body.
    pub body: Value,
}

/// The answer already given under this command id.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find(tx: &TenantTx, command: CommandId) -> Result<Option<IdempotentAnswer>, StorageError> {
    let rows = tx
        .query("looking an answer up", FIND, &[&tx.org().uuid(), &command.uuid()])
        .await?;
    Ok(rows.first().map(|row| IdempotentAnswer {
        fingerprint: Fingerprint(row.get(0)),
        status: u16::try_from(row.get::<_, i16>(1)).unwrap_or(500),
        body: row.get(2),
    }))
}

/// Keeps an answer. Of two concurrent requests the second fails here, on the primary key.
///
/// # Errors
/// When the id is taken (see [`StorageError::violated_unique`]) or the database cannot be reached.
pub async fn insert(tx: &TenantTx, command: CommandId, answer: &IdempotentAnswer) -> Result<(), StorageError> {
    let status = i16::try_from(answer.status).unwrap_or(500);
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 5] = [
        &tx.org().uuid(),
        &command.uuid(),
        &answer.fingerprint.0,
        &status,
        &answer.body,
    ];
    tx.execute("keeping an answer", INSERT, &values).await.map(drop)
}
