//! Reserving a basket, all or nothing.

use domain::ids::{CommandId, ItemId, ReservationId};
use domain::stock::{Action, Quantity};
use jiff::Timestamp;
use storage::checkouts::ReservationState;
use storage::stock_movements;

use super::basket::{BasketLine, needs};
use super::get::get;
use crate::Stock;
use crate::operations::stock::{CommandDone, execute};
use crate::operations::{OperationError, Request};

/// A basket to reserve.
#[derive(Clone, Debug)]
pub struct NewCheckout {
    /// What the buyer wants.
    pub lines: Vec<BasketLine>,
    /// For how long.
    pub hold_seconds: u32,
}

/// A reserved basket.
#[derive(Clone, Debug)]
pub struct CheckoutReserved {
    /// The checkout; every reservation in it carries this id.
    pub id: ReservationId,
    /// The earliest deadline of its lines.
    pub expires_at: Timestamp,
    /// The plain items reserved, bundles taken apart.
    pub lines: Vec<ReservedLine>,
    /// Whether this is the answer to an earlier request.
    pub is_replay: bool,
}

/// One item of a reserved basket.
#[derive(Clone, Copy, Debug)]
pub struct ReservedLine {
    /// What.
    pub item: ItemId,
    /// How many.
    pub quantity: i64,
}

/// Reserves in item-id order; on the first refusal releases what was taken. The checkout's id is the command's, which its
/// lines share, so a repeat finds the same checkout and another basket under the same id is noticed.
///
/// # Errors
/// [`OperationError::Refused`] with the item that said no; nothing stays reserved. Others as for any command: what a
/// failure in the middle leaves reserved is found by a repeat, or runs out.
pub async fn create(
    stock: &Stock,
    request: Request,
    checkout: &NewCheckout,
) -> Result<CheckoutReserved, OperationError> {
    let id = ReservationId::new(request.command.uuid());
    if let [line] = checkout.lines.as_slice() {
        // By far the most baskets: one plain item needs no plan.
        match execute(
            stock,
            request,
            line.item,
            reserve(id, line.quantity, checkout.hold_seconds),
        )
        .await
        {
            Ok(answer) => return Ok(reserved(id, answer.is_replay, &[(line.item, answer)])),
            Err(OperationError::ItemIsBundle(_)) => {}
            Err(error) => return Err(error),
        }
    }
    // Boxed, so that those who wait for the commit of one line do not carry the plan of many.
    Box::pin(create_planned(stock, request, checkout)).await
}

/// A basket that needs several items.
async fn create_planned(
    stock: &Stock,
    request: Request,
    checkout: &NewCheckout,
) -> Result<CheckoutReserved, OperationError> {
    let id = ReservationId::new(request.command.uuid());
    let needs = needs(stock, request.caller.org, &checkout.lines).await?;
    let mut done: Vec<(ItemId, CommandDone)> = Vec::with_capacity(needs.len());
    for (n, (item, quantity)) in needs.iter().enumerate() {
        let step = request.for_line(n);
        let action = reserve(id, *quantity, checkout.hold_seconds);
        match execute(stock, step, *item, action).await {
            Ok(answer) => done.push((*item, answer)),
            Err(refused @ OperationError::Refused { .. }) => {
                give_back(stock, request, id, &done).await?;
                return Err(refused);
            }
            Err(error) => return Err(error),
        }
    }
    let is_replay = done.iter().all(|(_, answer)| answer.is_replay);
    if needs.len() > 1 && done.iter().any(|(_, answer)| answer.is_replay) {
        refuse_if_given_back(stock, request, &done, is_replay).await?;
    }
    Ok(reserved(id, is_replay, &done))
}

fn reserve(reservation: ReservationId, quantity: Quantity, hold_seconds: u32) -> Action {
    Action::Reserve {
        reservation,
        quantity,
        hold_seconds,
        location: None,
    }
}

async fn give_back(
    stock: &Stock,
    request: Request,
    id: ReservationId,
    taken: &[(ItemId, CommandDone)],
) -> Result<(), OperationError> {
    for (item, _) in taken {
        let step = Request {
            command: request.command.for_step(*item, GIVE_BACK),
            ..request
        };
        match execute(stock, step, *item, Action::Release { reservation: id }).await {
            // Not open: it ran out meanwhile, or an earlier try of this request gave it back.
            Ok(_) | Err(OperationError::Refused { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

const GIVE_BACK: &str = "give-back";

/// A repeat of a basket that was refused finds its first lines "reserved before" although they were given back, or have
/// run out since.
async fn refuse_if_given_back(
    stock: &Stock,
    request: Request,
    lines: &[(ItemId, CommandDone)],
    is_replay: bool,
) -> Result<(), OperationError> {
    // A twin's give-back may be on its way; when it cannot be waited for, the read below fails too.
    let _away = stock.journal.settle().await;
    let given_back: Vec<CommandId> = lines
        .iter()
        .map(|(item, _)| request.command.for_step(*item, GIVE_BACK))
        .collect();
    let tx = stock.tenants.begin(request.caller.org).await?;
    let was_refused = !stock_movements::find_done(&tx, &given_back).await?.is_empty();
    tx.commit().await?;
    let id = ReservationId::new(request.command.uuid());
    // When every line is a repeat the first answer stands; when some are new, the others must still be held.
    let is_gone = !is_replay && get(stock, request.caller.org, id).await?.state != ReservationState::Open;
    if !was_refused && !is_gone {
        return Ok(());
    }
    give_back(stock, request, id, lines).await?;
    Err(OperationError::CheckoutRefusedBefore)
}

fn reserved(id: ReservationId, is_replay: bool, done: &[(ItemId, CommandDone)]) -> CheckoutReserved {
    let movements = || {
        done.iter()
            .flat_map(|(_, answer)| &answer.movements)
            .map(|numbered| &numbered.entry.movement)
    };
    let line = |(item, answer): &(ItemId, CommandDone)| ReservedLine {
        item: *item,
        quantity: answer
            .movements
            .iter()
            .map(|numbered| numbered.entry.movement.quantity)
            .sum(),
    };
    CheckoutReserved {
        id,
        expires_at: movements()
            .filter_map(|movement| movement.expires_at)
            .min()
            .unwrap_or(Timestamp::MAX),
        lines: done.iter().map(line).collect(),
        is_replay,
    }
}
