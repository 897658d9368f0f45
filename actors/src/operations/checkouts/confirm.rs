//! Confirming a checkout: every reservation becomes an allocation.

use domain::ids::{OrderLineId, ReservationId};
use domain::stock::Action;
use storage::checkouts::{Closing, ReservationState};

use super::CONFIRMATION_GUARD_SECONDS;
use super::closing::{Closed, close, explain};
use super::get::Checkout;
use crate::Stock;
use crate::operations::stock::execute;
use crate::operations::{OperationError, Request};

/// Confirms all lines or none.
///
/// # Errors
/// [`OperationError::CheckoutUnknown`], [`OperationError::CheckoutClosed`] when it ran out or is over, and those of any
/// command.
pub async fn confirm(stock: &Stock, request: Request, id: ReservationId) -> Result<Closed, OperationError> {
    close(stock, request, id, Closing::Confirm).await
}

/// Moves every deadline out of reach first: after that no line can run out between the first confirmation and the last.
pub(super) async fn confirm_lines(
    stock: &Stock,
    request: Request,
    checkout: &Checkout,
) -> Result<bool, OperationError> {
    if let Some(line) = checkout.lines.iter().find(|line| is_lost(line.state)) {
        return Err(OperationError::CheckoutClosed(line.state));
    }
    let is_untouched = checkout.lines.iter().all(|line| line.state == ReservationState::Open);
    if is_untouched && checkout.lines.len() > 1 {
        guard(stock, request, checkout).await?;
    }
    let mut is_replay = true;
    for (n, line) in checkout.lines.iter().enumerate() {
        let (step, order_line) = (
            request.for_line(n),
            OrderLineId::for_reservation(checkout.id, line.item),
        );
        let action = Action::Confirm {
            reservation: checkout.id,
            order_line,
        };
        let error = match execute(stock, step, line.item, action).await {
            Ok(done) => {
                is_replay &= done.is_replay;
                continue;
            }
            Err(error) => error,
        };
        let error = explain(stock, step, checkout.id, error).await;
        // A later line that is confirmed already was finished by an earlier try or by the repair loop.
        let was_finished = matches!(error, OperationError::CheckoutClosed(ReservationState::Confirmed));
        let is_cut_short = checkout.state == ReservationState::Open;
        if !(was_finished && (n > 0 || is_cut_short)) {
            return Err(error);
        }
    }
    Ok(is_replay)
}

/// Whether units went back on sale.
fn is_lost(state: ReservationState) -> bool {
    matches!(state, ReservationState::Released | ReservationState::Expired)
}

async fn guard(stock: &Stock, request: Request, checkout: &Checkout) -> Result<(), OperationError> {
    for line in &checkout.lines {
        let step = Request {
            command: request.command.for_step(line.item, "guard"),
            ..request
        };
        let action = Action::Extend {
            reservation: checkout.id,
            hold_seconds: CONFIRMATION_GUARD_SECONDS,
        };
        if let Err(error) = execute(stock, step, line.item, action).await {
            let error = explain(stock, request, checkout.id, error).await;
            if matches!(error, OperationError::CheckoutClosed(state) if is_lost(state)) {
                give_up_guard(stock, request, checkout).await?;
            }
            return Err(error);
        }
    }
    Ok(())
}

/// A checkout of which a line ran out is over: the lines already guarded would hold their units for a day.
async fn give_up_guard(stock: &Stock, request: Request, checkout: &Checkout) -> Result<(), OperationError> {
    for line in &checkout.lines {
        let step = Request {
            command: request.command.for_step(line.item, "unguard"),
            ..request
        };
        match execute(
            stock,
            step,
            line.item,
            Action::Release {
                reservation: checkout.id,
            },
        )
        .await
        {
            Ok(_) | Err(OperationError::Refused { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
