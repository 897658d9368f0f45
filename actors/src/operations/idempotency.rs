//! Repeating a write that does not go through the journal: its answer is kept in the transaction of its effect.

use domain::stock::Fingerprint;
use serde_json::Value;
use storage::TenantTx;
use storage::idempotent_answers::{self, IdempotentAnswer};

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
    let (status, body) = effect(&tx).await?;
    let answer = IdempotentAnswer {
        fingerprint: request.fingerprint,
        status,
        body,
    };
    match idempotent_answers::insert(&tx, request.command, &answer).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(Answered {
                status,
                body: answer.body,
                is_replay: false,
            })
        }
        Err(error) if error.violated_unique().is_some() => {
            // A concurrent twin was first; our effect goes with the transaction, and its answer is ours.
            drop(tx);
            let tx = stock.tenants.begin(request.caller.org).await?;
            let kept = idempotent_answers::find(&tx, request.command).await?;
            tx.commit().await?;
            kept.map_or(Err(OperationError::OutcomeUnknown), |kept| {
                replay(kept, request.fingerprint)
            })
        }
        Err(error) => Err(error.into()),
    }
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
