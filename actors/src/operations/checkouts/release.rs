//! Releasing a checkout: the buyer left, the payment failed.

use domain::ids::ReservationId;
use domain::stock::Action;
use storage::checkouts::ReservationState;

use super::confirm::explain;
use super::get::{Checkout, get};
use crate::Stock;
use crate::operations::stock::execute;
use crate::operations::{OperationError, Request};

/// Gives every line back. A line that is no longer open after the first one was given back ran out by itself.
///
/// # Errors
/// [`OperationError::CheckoutUnknown`], [`OperationError::CheckoutClosed`] when it is over, and those of any command.
pub async fn release(stock: &Stock, request: Request, id: ReservationId) -> Result<Checkout, OperationError> {
    let checkout = get(stock, request.caller.org, id).await?;
    if let Some(line) = checkout
        .lines
        .iter()
        .find(|line| line.state == ReservationState::Confirmed)
    {
        // Nothing of a confirmed checkout is given back, not even what a cut-short confirmation left open.
        return Err(OperationError::CheckoutClosed(line.state));
    }
    for (n, line) in checkout.lines.iter().enumerate() {
        let step = request.for_line(n);
        if let Err(error) = execute(stock, step, line.item, Action::Release { reservation: id }).await {
            match explain(stock, step, id, error).await {
                OperationError::CheckoutClosed(ReservationState::Released | ReservationState::Expired) if n > 0 => {}
                error => return Err(error),
            }
        }
    }
    get(stock, request.caller.org, id).await
}
