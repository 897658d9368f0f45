//! Releasing a checkout: the buyer left, the payment failed.

use domain::ids::ReservationId;
use domain::stock::Action;
use storage::checkouts::{Closing, ReservationState};

use super::closing::{Closed, close, explain};
use super::get::Checkout;
use crate::Stock;
use crate::operations::stock::execute;
use crate::operations::{OperationError, Request};

/// Gives every line back.
///
/// # Errors
/// [`OperationError::CheckoutUnknown`], [`OperationError::CheckoutClosed`] when it is over, and those of any command.
pub async fn release(stock: &Stock, request: Request, id: ReservationId) -> Result<Closed, OperationError> {
    close(stock, request, id, Closing::Release).await
}

/// A later line that is no longer open ran out by itself or was given back by an earlier try.
pub(super) async fn release_lines(
    stock: &Stock,
    request: Request,
    checkout: &Checkout,
) -> Result<bool, OperationError> {
    let mut is_replay = true;
    for (n, line) in checkout.lines.iter().enumerate() {
        let step = request.for_line(n);
        let action = Action::Release {
            reservation: checkout.id,
        };
        let error = match execute(stock, step, line.item, action).await {
            Ok(done) => {
                is_replay &= done.is_replay;
                continue;
            }
            Err(error) => error,
        };
        let error = explain(stock, step, checkout.id, error).await;
        let is_back = matches!(
            error,
            OperationError::CheckoutClosed(ReservationState::Released | ReservationState::Expired)
        );
        let is_cut_short = checkout.state == ReservationState::Open;
        if !(is_back && (n > 0 || is_cut_short)) {
            return Err(error);
        }
    }
    Ok(is_replay)
}
