//! Finishing what a crash cut short: baskets of which one line is confirmed and another still open.

use domain::ids::{CommandId, OrderLineId};
use domain::stock::{Action, Fingerprint};
use storage::stock_reservations::{self, ReservationState};
use tracing::info;

use super::get::get;
use crate::Stock;
use crate::operations::stock::execute;
use crate::operations::{Caller, OperationError, Request};

/// Checkouts per round; more are found by the next.
const PER_ROUND: i64 = 100;

/// Confirms the open lines of half-confirmed checkouts, of every organization. Takes no input; repeating it changes
/// nothing. Returns how many it finished.
///
/// # Errors
/// The first failure; the next round goes on.
pub async fn finish_half_confirmed(stock: &Stock) -> Result<usize, OperationError> {
    let found = stock_reservations::list_half_confirmed(&stock.engine, PER_ROUND).await?;
    let mut finished = 0;
    for (org, id) in found {
        let caller = Caller { org, key: None };
        for line in get(stock, org, id).await?.lines {
            if line.state != ReservationState::Open {
                continue;
            }
            let command = CommandId::new(id.uuid()).for_step(line.item, "finish");
            let request = Request {
                caller,
                command,
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
        info!(checkout = %id, "finished a confirmation that was cut short");
        finished += 1;
    }
    Ok(finished)
}
