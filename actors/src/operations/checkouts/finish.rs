//! Finishing what a crash cut short: confirmations that have begun and not ended.

use domain::ids::{CommandId, OrderLineId, OrgId, ReservationId};
use domain::stock::{Action, Fingerprint};
use storage::checkouts::{self, ReservationState};
use tracing::info;

use super::get::get;
use crate::Stock;
use crate::operations::stock::execute;
use crate::operations::{Caller, OperationError, Request};

/// Checkouts per round; more are found by the next.
const PER_ROUND: i64 = 100;

/// Confirms the open lines of checkouts whose confirmation began a while ago, of every organization. Takes no input;
/// repeating it changes nothing. Returns how many it finished.
///
/// # Errors
/// The first failure; the next round goes on.
pub async fn finish_confirmations(stock: &Stock) -> Result<usize, OperationError> {
    let begun = checkouts::list_confirmations(&stock.engine, PER_ROUND).await?;
    for (org, id) in &begun {
        finish(stock, *org, *id).await?;
        info!(checkout = %id, "finished a confirmation that was cut short");
    }
    Ok(begun.len())
}

async fn finish(stock: &Stock, org: OrgId, id: ReservationId) -> Result<(), OperationError> {
    let caller = Caller { org, key: None };
    for line in get(stock, org, id).await?.lines {
        if line.state != ReservationState::Open {
            continue;
        }
        let command = CommandId::new(id.uuid()).for_step(line.item, "finish");
        let request = Request {
            caller,
            command,
            line: 0,
            fingerprint: Fingerprint(0),
        };
        let order_line = OrderLineId::for_reservation(id, line.item);
        match execute(
            stock,
            request,
            line.item,
            Action::Confirm {
                reservation: id,
                order_line,
            },
        )
        .await
        {
            // Not open any more: the caller's own retry was faster.
            Ok(_) | Err(OperationError::Refused { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    let tx = stock.tenants.begin(org).await?;
    checkouts::delete_confirmation(&tx, id).await?;
    Ok(tx.commit().await?)
}
