//! Confirming a checkout: every reservation becomes an allocation.

use domain::ids::{CommandId, ItemId, OrderLineId, ReservationId};
use domain::stock::{Action, Refusal};
use storage::stock_reservations::ReservationState;

use super::CONFIRMATION_GUARD_SECONDS;
use super::create::step_command;
use super::get::{Checkout, get};
use crate::Stock;
use crate::operations::stock::execute;
use crate::operations::{OperationError, Request};

/// Confirms all lines or none. Several items cannot be confirmed in one stroke, so their deadlines are first moved out of
/// reach: after that only a crash can come between, and the repair loop finishes what it finds half done.
///
/// # Errors
/// [`OperationError::CheckoutUnknown`], [`OperationError::CheckoutClosed`] when it ran out or is over, and those of any
/// command.
pub async fn confirm(stock: &Stock, request: Request, id: ReservationId) -> Result<Checkout, OperationError> {
    let checkout = get(stock, request.caller.org, id).await?;
    if checkout.lines.len() > 1 && checkout.state == ReservationState::Open {
        guard(stock, request, &checkout).await?;
    }
    for (n, line) in checkout.lines.iter().enumerate() {
        let step = Request {
            command: step_command(request.command, n, line.item, "confirm"),
            ..request
        };
        confirm_line(stock, step, id, line.item, n == 0).await?;
    }
    get(stock, request.caller.org, id).await
}

/// Moves every open line's deadline out of reach, or says that the checkout has run out.
async fn guard(stock: &Stock, request: Request, checkout: &Checkout) -> Result<(), OperationError> {
    for line in checkout
        .lines
        .iter()
        .filter(|line| line.state == ReservationState::Open)
    {
        let step = Request {
            command: guard_command(request.command, line.item),
            ..request
        };
        let action = Action::Extend {
            reservation: checkout.id,
            hold_seconds: CONFIRMATION_GUARD_SECONDS,
        };
        if let Err(error) = execute(stock, step, line.item, action).await {
            return Err(explain(stock, request, checkout.id, error).await);
        }
    }
    Ok(())
}

fn guard_command(command: CommandId, item: ItemId) -> CommandId {
    command.for_step(item, "guard")
}

async fn confirm_line(
    stock: &Stock,
    step: Request,
    id: ReservationId,
    item: ItemId,
    is_first: bool,
) -> Result<(), OperationError> {
    let order_line = OrderLineId::for_reservation(id, item);
    match execute(
        stock,
        step,
        item,
        Action::Confirm {
            reservation: id,
            order_line,
        },
    )
    .await
    {
        Ok(_) => Ok(()),
        Err(error) => match explain(stock, step, id, error).await {
            // A later line that is confirmed already was finished by an earlier try or by the repair loop.
            OperationError::CheckoutClosed(ReservationState::Confirmed) if !is_first => Ok(()),
            error => Err(error),
        },
    }
}

/// Turns an item's "not open" into how the checkout stands.
pub(super) async fn explain(
    stock: &Stock,
    request: Request,
    id: ReservationId,
    error: OperationError,
) -> OperationError {
    let OperationError::Refused { item, refusal } = &error else {
        return error;
    };
    match refusal {
        Refusal::ReservationExpired { .. } => OperationError::CheckoutClosed(ReservationState::Expired),
        Refusal::ReservationNotOpen(_) => match get(stock, request.caller.org, id).await {
            Ok(checkout) => {
                let line = checkout.lines.iter().find(|line| line.item == *item);
                OperationError::CheckoutClosed(line.map_or(checkout.state, |line| line.state))
            }
            Err(error) => error,
        },
        _ => error,
    }
}
