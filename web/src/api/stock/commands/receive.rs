//! `POST /api/v1/stock/commands/receive`

use actix_web::{HttpResponse, web};
use domain::ids::{ItemId, LocationId};
use domain::stock::Action;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{CommandAnswer, quantity, submit};
use crate::access::{CanAdjustStock, Staff};
use crate::body::Body;
use crate::errors::ApiError;
use crate::idempotency_key::IdempotencyKey;
use crate::state::AppState;

/// Units arrive; what was expected is fulfilled first.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiveStock {
    /// The plain item.
    item_id: Uuid,
    /// Where.
    location_id: Uuid,
    /// Units.
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    quantity: i64,
}

/// Units arrive; what was expected is fulfilled first.
#[utoipa::path(post, path = "/api/v1/stock/commands/receive", tag = "stock commands",
    operation_id = "receive_stock",
    params(("Idempotency-Key" = Option<String>, Header, description = "Your name for this request")),
    request_body = ReceiveStock,
    responses((status = 200, description = "Durable", body = CommandAnswer),
        (status = 404, description = "not_found"),
        (status = 422, description = "out_of_bounds, location_unknown, idempotency_key_reused"),
        (status = 503, description = "busy, unavailable, outcome_unknown")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanAdjustStock>,
    key: IdempotencyKey,
    body: Body<ReceiveStock>,
) -> Result<HttpResponse, ApiError> {
    let request = key.request(&who, &body.raw);
    let action = Action::Receive {
        location: LocationId::new(body.value.location_id),
        quantity: quantity(body.value.quantity)?,
    };
    submit(&state, request, ItemId::new(body.value.item_id), action).await
}
