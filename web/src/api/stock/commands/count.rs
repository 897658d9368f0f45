//! `POST /api/v1/stock/commands/count`

use actix_web::{HttpResponse, web};
use domain::ids::{ItemId, LocationId};
use domain::stock::Action;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{CommandAnswer, submit};
use crate::access::{CanAdjustStock, Staff};
use crate::body::Body;
use crate::errors::ApiError;
use crate::idempotency_key::IdempotencyKey;
use crate::state::AppState;

/// States what was counted on the shelf.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CountStock {
    /// The plain item.
    item_id: Uuid,
    /// Where.
    location_id: Uuid,
    /// Units found.
    #[schema(minimum = 0)]
    counted: i64,
}

/// States what was counted on the shelf.
#[utoipa::path(post, path = "/api/v1/stock/commands/count", tag = "stock commands",
    operation_id = "count_stock",
    params(("Idempotency-Key" = Option<String>, Header, description = "Your name for this request")),
    request_body = CountStock,
    responses((status = 200, description = "Durable", body = CommandAnswer),
        (status = 404, description = "not_found"),
        (status = 422, description = "out_of_bounds, location_unknown, idempotency_key_reused"),
        (status = 503, description = "busy, unavailable, outcome_unknown")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanAdjustStock>,
    key: IdempotencyKey,
    body: Body<CountStock>,
) -> Result<HttpResponse, ApiError> {
    let request = key.request(&who, &body.raw);
    let action = Action::Count {
        location: LocationId::new(body.value.location_id),
        counted: body.value.counted,
    };
    submit(&state, request, ItemId::new(body.value.item_id), action).await
}
