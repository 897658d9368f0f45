//! Confirming a checkout: every reservation becomes an allocation.

use domain::ids::{ItemId, OrderLineId, ReservationId};
use domain::stock::{Action, Refusal};
use storage::checkouts::{self, ReservationState};

use super::CONFIRMATION_GUARD_SECONDS;
use super::get::{Checkout, get};
use crate::Stock;
use crate::operations::stock::execute;
use crate::operations::{OperationError, Request};

/// Confirms all lines or none. Several items cannot be confirmed in one stroke, so the intent is written down and every
/// deadline moved out of reach first: after that only a crash can come between, and a repair loop finishes what it finds
/// begun.
///
/// # Errors
/// [`OperationError::CheckoutUnknown`], [`OperationError::CheckoutClosed`] when it ran out or is over, and those of any
/// command.
pub async fn confirm(stock: &Stock, request: Request, id: ReservationId) -> Result<Checkout, OperationError> {
    let checkout = get(stock, request.caller.org, id).await?;
    let has_several = checkout.lines.len() > 1;
    if has_several && checkout.state == ReservationState::Open {
        guard(stock, request, &checkout).await?;
        begin(stock, request, id).await?;
    }
    for (n, line) in checkout.lines.iter().enumerate() {
        confirm_line(stock, request.for_line(n), id, line.item).await?;
    }
    if has_several {
        end(stock, request, id).await?;
    }
    get(stock, request.caller.org, id).await
}

async fn begin(stock: &Stock, request: Request, id: ReservationId) -> Result<(), OperationError> {
    let tx = stock.tenants.begin(request.caller.org).await?;
    checkouts::insert_confirmation(&tx, id).await?;
    Ok(tx.commit().await?)
}

async fn end(stock: &Stock, request: Request, id: ReservationId) -> Result<(), OperationError> {
    let tx = stock.tenants.begin(request.caller.org).await?;
    checkouts::delete_confirmation(&tx, id).await?;
    Ok(tx.commit().await?)
}

/// Moves every open line's deadline out of reach, or says that the checkout has run out.
async fn guard(stock: &Stock, request: Request, checkout: &Checkout) -> Result<(), OperationError> {
    for line in checkout
        .lines
        .iter()
        .filter(|line| line.state == ReservationState::Open)
    {
        let step = Request {
            command: request.command.for_step(line.item, "guard"),
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

async fn confirm_line(stock: &Stock, request: Request, id: ReservationId, item: ItemId) -> Result<(), OperationError> {
    let order_line = OrderLineId::for_reservation(id, item);
    match execute(
        stock,
        request,
        item,
        Action::Confirm {
            reservation: id,
            order_line,
        },
    )
    .await
    {
        Ok(_) => Ok(()),
        Err(error) => match explain(stock, request, id, error).await {
            // A later line that is confirmed already was finished by an earlier try or by the repair loop.
            OperationError::CheckoutClosed(ReservationState::Confirmed) if request.line > 0 => Ok(()),
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
