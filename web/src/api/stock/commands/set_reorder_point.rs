//! `POST /api/v1/stock/commands/set-reorder-point`

use actix_web::{HttpResponse, web};
use domain::ids::ItemId;
use domain::stock::Action;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{CommandAnswer, submit};
use crate::access::{CanConfigureStock, Staff};
use crate::body::Body;
use crate::errors::ApiError;
use crate::idempotency_key::IdempotencyKey;
use crate::state::AppState;

/// Sets how few available units are low.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetReorderPoint {
    /// The plain item.
    item_id: Uuid,
    /// Units; null switches it off.
    #[schema(minimum = 0)]
    reorder_point: Option<i64>,
}

/// Sets how few available units are low.
#[utoipa::path(post, path = "/api/v1/stock/commands/set-reorder-point", tag = "stock commands",
    operation_id = "set_reorder_point_stock",
    params(("Idempotency-Key" = Option<String>, Header, description = "Your name for this request")),
    request_body = SetReorderPoint,
    responses((status = 200, description = "Durable", body = CommandAnswer),
        (status = 404, description = "not_found"),
        (status = 422, description = "out_of_bounds, location_unknown, idempotency_key_reused"),
        (status = 503, description = "busy, unavailable, outcome_unknown")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanConfigureStock>,
    key: IdempotencyKey,
    body: Body<SetReorderPoint>,
) -> Result<HttpResponse, ApiError> {
    let request = key.request(&who, &body.raw);
    let action = Action::SetReorderPoint {
        reorder_point: body.value.reorder_point,
    };
    submit(&state, request, ItemId::new(body.value.item_id), action).await
}
