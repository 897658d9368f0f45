//! `POST /api/v1/stock/commands/allocate`

use actix_web::{HttpResponse, web};
use domain::ids::{ItemId, LocationId, OrderLineId};
use domain::stock::Action;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{CommandAnswer, quantity, submit};
use crate::access::{CanAllocateStock, Staff};
use crate::body::Body;
use crate::errors::ApiError;
use crate::idempotency_key::IdempotencyKey;
use crate::state::AppState;

/// Takes units for an order that is sold already. Always taken; what exceeds stock is a shortfall.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AllocateStock {
    /// The plain item.
    item_id: Uuid,
    /// The order line.
    order_line_id: Uuid,
    /// Units.
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    quantity: i64,
    /// A certain location only.
    location_id: Option<Uuid>,
}

/// Takes units for an order that is sold already. Always taken; what exceeds stock is a shortfall.
#[utoipa::path(post, path = "/api/v1/stock/commands/allocate", tag = "stock commands",
    operation_id = "allocate_stock",
    params(("Idempotency-Key" = Option<String>, Header, description = "Your name for this request")),
    request_body = AllocateStock,
    responses((status = 200, description = "Durable", body = CommandAnswer),
        (status = 404, description = "not_found"),
        (status = 409, description = "order_line_already_allocated"),
        (status = 422, description = "out_of_bounds, location_unknown, idempotency_key_reused"),
        (status = 503, description = "busy, unavailable, outcome_unknown")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanAllocateStock>,
    key: IdempotencyKey,
    body: Body<AllocateStock>,
) -> Result<HttpResponse, ApiError> {
    let request = key.request(&who, &body.raw);
    let action = Action::Allocate {
        order_line: OrderLineId::new(body.value.order_line_id),
        quantity: quantity(body.value.quantity)?,
        location: body.value.location_id.map(LocationId::new),
    };
    submit(&state, request, ItemId::new(body.value.item_id), action).await
}
