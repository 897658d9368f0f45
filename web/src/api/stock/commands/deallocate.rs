//! `POST /api/v1/stock/commands/deallocate`

use actix_web::{HttpResponse, web};
use domain::ids::{ItemId, OrderLineId};
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

/// Takes an allocation back, in whole or in part.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeallocateStock {
    /// The plain item.
    item_id: Uuid,
    /// The order line.
    order_line_id: Uuid,
    /// Units; all when not given.
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    quantity: Option<i64>,
}

/// Takes an allocation back, in whole or in part.
#[utoipa::path(post, path = "/api/v1/stock/commands/deallocate", tag = "stock commands",
    operation_id = "deallocate_stock",
    params(("Idempotency-Key" = Option<String>, Header, description = "Your name for this request")),
    request_body = DeallocateStock,
    responses((status = 200, description = "Durable", body = CommandAnswer),
        (status = 404, description = "not_found"),
        (status = 409, description = "order_line_not_allocated, exceeds_allocated"),
        (status = 422, description = "out_of_bounds, location_unknown, idempotency_key_reused"),
        (status = 503, description = "busy, unavailable, outcome_unknown")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanAllocateStock>,
    key: IdempotencyKey,
    body: Body<DeallocateStock>,
) -> Result<HttpResponse, ApiError> {
    let request = key.request(&who, &body.raw);
    let action = Action::Deallocate {
        order_line: OrderLineId::new(body.value.order_line_id),
        quantity: body.value.quantity.map(quantity).transpose()?,
    };
    submit(&state, request, ItemId::new(body.value.item_id), action).await
}
