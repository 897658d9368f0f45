//! Repeating a write that does not go through the journal: its answer is kept in the transaction of its effect.

use domain::stock::Fingerprint;
use serde_json::Value;
use storage::idempotent_answers::{self, IdempotentAnswer};
use storage::{TenantTx, stock_movements};

use super::{OperationError, Request};
use crate::Stock;

/// An answer, and whether it was given before.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    /// HTTP status.
    pub status: u16,
    /// JSON body.
    pub body: Value,
    /// Whether this is the answer to an earlier request.
    pub is_replay: bool,
}

/// Runs `effect` once per command id, in a tenant's transaction that it shares with the kept answer.
///
/// # Errors
/// Those of `effect`, which then leaves nothing behind; [`OperationError::CommandReused`] for another request under the
/// same id.
pub async fn once(
    stock: &Stock,
    request: Request,
    effect: impl AsyncFnOnce(&TenantTx) -> Result<(u16, Value), OperationError>,
) -> Result<Answered, OperationError> {
    let tx = stock.tenants.begin(request.caller.org).await?;
    if let Some(kept) = idempotent_answers::find(&tx, request.command).await? {
        tx.commit().await?;
        return replay(kept, request.fingerprint);
    }
    if !stock_movements::find_done(&tx, &[request.command]).await?.is_empty() {
        tx.commit().await?;
        return Err(OperationError::CommandReused);
    }
    match run(tx, request, effect).await {
        Ok(answer) => Ok(Answered {
            status: answer.status,
            body: answer.body,
            is_replay: false,
        }),
        // A concurrent twin may have been first: then ours is gone with its transaction, and the twin's answer is ours.
        Err(error) => {
            let tx = stock.tenants.begin(request.caller.org).await?;
            let kept = idempotent_answers::find(&tx, request.command).await?;
            tx.commit().await?;
            kept.map_or(Err(error), |kept| replay(kept, request.fingerprint))
        }
    }
}

/// The effect and its answer in one transaction.
async fn run(
    tx: TenantTx,
    request: Request,
    effect: impl AsyncFnOnce(&TenantTx) -> Result<(u16, Value), OperationError>,
) -> Result<IdempotentAnswer, OperationError> {
    let (status, body) = match effect(&tx).await {
        Ok(done) => done,
        Err(error) => {
            // The effect's own error matters; a lost connection takes it back too.
            let _lost = tx.roll_back().await;
            return Err(error);
        }
    };
    let answer = IdempotentAnswer {
        fingerprint: request.fingerprint,
        status,
        body,
    };
    idempotent_answers::insert(&tx, request.command, &answer).await?;
    tx.commit().await?;
    Ok(answer)
}

fn replay(kept: IdempotentAnswer, fingerprint: Fingerprint) -> Result<Answered, OperationError> {
    if kept.fingerprint != fingerprint {
        return Err(OperationError::CommandReused);
    }
    Ok(Answered {
        status: kept.status,
        body: kept.body,
        is_replay: true,
    })
}
