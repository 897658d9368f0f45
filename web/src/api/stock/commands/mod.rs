//! `/api/v1/stock/commands`: one command on one plain item each, answered when it is durable.

pub mod adjust;
pub mod allocate;
pub mod confirm;
pub mod count;
pub mod deallocate;
pub mod expect;
pub mod extend;
pub mod receive;
pub mod release;
pub mod reserve;
pub mod set_backorder;
pub mod set_reorder_point;
pub mod set_safety;
pub mod ship;
pub mod transfer;

use actix_web::HttpResponse;
use actors::operations::stock::execute;
use actors::operations::{OperationError, Request};
use domain::ids::ItemId;
use domain::stock::{Action, MAX_QUANTITY, Quantity};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::stock::views::MovementView;
use crate::errors::ApiError;
use crate::idempotency_key::mark_replay;
use crate::state::AppState;

/// A durable command.
#[derive(Serialize, ToSchema)]
pub struct CommandAnswer {
    /// The command's id: the Idempotency-Key when that is a UUID.
    command_id: Uuid,
    /// The item.
    item_id: Uuid,
    /// What it changed.
    movements: Vec<MovementView>,
}

/// Executes the action and answers when it is durable.
async fn submit(state: &AppState, request: Request, item: ItemId, action: Action) -> Result<HttpResponse, ApiError> {
    let done = execute(&state.stock, request, item, action)
        .await
        .map_err(|error: OperationError| ApiError::from(error))?;
    let mut response = HttpResponse::Ok();
    mark_replay(&mut response, done.is_replay);
    Ok(response.json(CommandAnswer {
        command_id: done.command.uuid(),
        item_id: item.uuid(),
        movements: done.movements.into_iter().map(MovementView::from).collect(),
    }))
}

/// A quantity within its bounds.
pub(crate) fn quantity(units: i64) -> Result<Quantity, ApiError> {
    Quantity::new(units).map_err(|_| ApiError::out_of_bounds("quantity", units, 1, MAX_QUANTITY))
}
