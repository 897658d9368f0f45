//! Closing a checkout of several items, which cannot be done in one stroke.
//!
//! The intent is written down first, one per checkout, so that a confirmation and a release cannot both begin, and so
//! that a repair loop can finish what a crash cut short.

use domain::ids::{OrgId, ReservationId};
use domain::stock::Refusal;
use storage::checkouts::{self, Closing, ClosingIntent, ReservationState};
use storage::stock_movements;
use tracing::{info, warn};

use super::confirm::confirm_lines;
use super::get::{Checkout, get};
use super::release::release_lines;
use crate::Stock;
use crate::journal::NotAdmitted;
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
        begin(stock, request, id, how).await?;
    }
    let closed = match how {
        Closing::Confirm => confirm_lines(stock, request, &checkout).await,
        Closing::Release => release_lines(stock, request, &checkout).await,
    };
    match closed {
        Ok(is_replay) => {
            end(stock, org, id, has_several).await?;
            Ok(Closed {
                checkout: get(stock, org, id).await?,
                is_replay,
            })
        }
        // It ran out or is over: there is nothing to finish, unless another request is just closing it.
        Err(error @ OperationError::CheckoutClosed(_)) => {
            end(stock, org, id, has_several && !is_under_way(stock, org, id, how).await?).await?;
            Err(error)
        }
        // It is written down and will be finished: "no effect" would be untrue.
        Err(OperationError::NotAdmitted(_) | OperationError::MailboxFull | OperationError::Storage(_))
            if has_several =>
        {
            Err(OperationError::OutcomeUnknown)
        }
        Err(error) => Err(error),
    }
}

/// Whether some lines are closed this way and others still open.
async fn is_under_way(stock: &Stock, org: OrgId, id: ReservationId, how: Closing) -> Result<bool, OperationError> {
    let closed = match how {
        Closing::Confirm => ReservationState::Confirmed,
        Closing::Release => ReservationState::Released,
    };
    let checkout = get(stock, org, id).await?;
    let any = |state| checkout.lines.iter().any(|line| line.state == state);
    Ok(any(ReservationState::Open) && any(closed))
}

async fn begin(stock: &Stock, request: Request, id: ReservationId, how: Closing) -> Result<(), OperationError> {
    let tx = stock.tenants.begin(request.caller.org).await?;
    let used = stock_movements::find_commands(&tx, &[request.command]).await?;
    if used.iter().any(|done| done.entry.fingerprint != request.fingerprint) {
        tx.roll_back().await?;
        return Err(OperationError::CommandReused);
    }
    let intent = ClosingIntent {
        checkout: id,
        how,
        command: request.command,
        fingerprint: request.fingerprint,
    };
    let begun = checkouts::begin_closing(&tx, &intent).await?;
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

/// Finishes closings that began a while ago, of every organization, by repeating the requests that began them. Takes no
/// other input; repeating it changes nothing. One that cannot be finished keeps no other waiting. Returns how many it
/// finished.
///
/// # Errors
/// When they cannot be listed.
pub async fn finish_closings(stock: &Stock) -> Result<usize, OperationError> {
    let mut finished = 0;
    for (org, intent) in checkouts::list_closings(&stock.engine, PER_ROUND).await? {
        let caller = Caller {
            org,
            actor: domain::audit::Actor::Hub,
        };
        let ClosingIntent {
            checkout,
            how,
            command,
            fingerprint,
        } = intent;
        let request = Request {
            caller,
            command,
            line: 0,
            fingerprint,
        };
        match close(stock, request, checkout, how).await {
            Ok(_) | Err(OperationError::CheckoutClosed(_)) => {
                info!(%checkout, ?how, "finished a closing that was cut short");
                finished += 1;
            }
            Err(error) => warn!(%checkout, ?how, %error, "a closing cannot be finished now"),
        }
    }
    Ok(finished)
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
    // The refusal may rest on what is not committed yet; when that cannot be waited for, the read below fails too.
    let _away = stock.journal.settle().await;
    match get(stock, request.caller.org, id).await {
        Ok(checkout) => {
            let line = checkout.lines.iter().find(|line| line.item == *item);
            match line.map_or(checkout.state, |line| line.state) {
                // What closed it was given up after all: ask again.
                ReservationState::Open => NotAdmitted::Unavailable.into(),
                state @ (ReservationState::Confirmed | ReservationState::Released | ReservationState::Expired) => {
                    OperationError::CheckoutClosed(state)
                }
            }
        }
        Err(error) => error,
    }
}
