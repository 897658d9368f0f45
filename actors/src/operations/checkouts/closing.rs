//! Closing a checkout of several items, which cannot be done in one stroke.
//!
//! The intent is written down first, one per checkout, so that a confirmation and a release cannot both begin, and so
//! that a repair loop can finish what a crash cut short.

use domain::ids::{CommandId, OrgId, ReservationId};
use domain::stock::{Fingerprint, Refusal};
use storage::checkouts::{self, Closing, ReservationState};
use tracing::info;

use super::confirm::confirm_lines;
use super::get::{Checkout, get};
use super::release::release_lines;
use crate::Stock;
use crate::operations::{Caller, OperationError, Request};

/// Closings per round of the repair loop; more are found by the next.
const PER_ROUND: i64 = 100;

/// A checkout that was closed.
#[derive(Clone, Debug)]
pub struct Closed {
    /// As it stands now.
    pub checkout: Checkout,
    /// Whether this is the answer to an earlier request.
    pub is_replay: bool,
}

/// Closes a checkout one way, or says that it is being closed the other way. A checkout of one item needs no intent.
pub(super) async fn close(
    stock: &Stock,
    request: Request,
    id: ReservationId,
    how: Closing,
) -> Result<Closed, OperationError> {
    let org = request.caller.org;
    let checkout = get(stock, org, id).await?;
    let has_several = checkout.lines.len() > 1;
    if has_several && checkout.state == ReservationState::Open {
        begin(stock, org, id, how).await?;
    }
    let closed = match how {
        Closing::Confirm => confirm_lines(stock, request, &checkout).await,
        Closing::Release => release_lines(stock, request, &checkout).await,
    };
    let is_replay = match closed {
        Ok(is_replay) => is_replay,
        // It ran out or is over: there is nothing to finish.
        Err(error @ OperationError::CheckoutClosed(_)) => {
            end(stock, org, id, has_several).await?;
            return Err(error);
        }
        Err(error) => return Err(error),
    };
    end(stock, org, id, has_several).await?;
    Ok(Closed {
        checkout: get(stock, org, id).await?,
        is_replay,
    })
}

async fn begin(stock: &Stock, org: OrgId, id: ReservationId, how: Closing) -> Result<(), OperationError> {
    let tx = stock.tenants.begin(org).await?;
    let begun = checkouts::begin_closing(&tx, id, how).await?;
    tx.commit().await?;
    match begun {
        begun if begun == how => Ok(()),
        Closing::Confirm => Err(OperationError::CheckoutClosed(ReservationState::Confirmed)),
        Closing::Release => Err(OperationError::CheckoutClosed(ReservationState::Released)),
    }
}

async fn end(stock: &Stock, org: OrgId, id: ReservationId, was_written: bool) -> Result<(), OperationError> {
    if !was_written {
        return Ok(());
    }
    let tx = stock.tenants.begin(org).await?;
    checkouts::end_closing(&tx, id).await?;
    Ok(tx.commit().await?)
}

/// Finishes closings that began a while ago, of every organization. Takes no input; repeating it changes nothing. Returns
/// how many it finished.
///
/// # Errors
/// The first failure; the next round goes on.
pub async fn finish_closings(stock: &Stock) -> Result<usize, OperationError> {
    let begun = checkouts::list_closings(&stock.engine, PER_ROUND).await?;
    for (org, id, how) in &begun {
        let request = Request {
            caller: Caller { org: *org, key: None },
            command: CommandId::new(id.uuid()).for_step(domain::ids::ItemId::new(id.uuid()), "finish"),
            line: 0,
            fingerprint: Fingerprint(0),
        };
        match close(stock, request, *id, *how).await {
            Ok(_) | Err(OperationError::CheckoutClosed(_)) => {
                info!(checkout = %id, ?how, "finished a closing that was cut short");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(begun.len())
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
    if matches!(refusal, Refusal::ReservationExpired { .. }) {
        return OperationError::CheckoutClosed(ReservationState::Expired);
    }
    if !matches!(refusal, Refusal::ReservationNotOpen(_)) {
        return error;
    }
    match get(stock, request.caller.org, id).await {
        Ok(checkout) => {
            let line = checkout.lines.iter().find(|line| line.item == *item);
            OperationError::CheckoutClosed(line.map_or(checkout.state, |line| line.state))
        }
        Err(error) => error,
    }
}
