//! `POST /api/v1/stock/commands/set-safety`

use actix_web::{HttpResponse, web};
use domain::ids::{ItemId, LocationId};
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

/// Sets how many units are kept back from sale at a location.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetSafety {
    /// The plain item.
    item_id: Uuid,
    /// Where.
    location_id: Uuid,
    /// Units.
    #[schema(minimum = 0)]
    safety: i64,
}

/// Sets how many units are kept back from sale at a location.
#[utoipa::path(post, path = "/api/v1/stock/commands/set-safety", tag = "stock commands",
    operation_id = "set_safety_stock",
    params(("Idempotency-Key" = Option<String>, Header, description = "Your name for this request")),
    request_body = SetSafety,
    responses((status = 200, description = "Durable", body = CommandAnswer),
        (status = 404, description = "not_found"),
        (status = 422, description = "out_of_bounds, location_unknown, idempotency_key_reused"),
        (status = 503, description = "busy, unavailable, outcome_unknown")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanConfigureStock>,
    key: IdempotencyKey,
    body: Body<SetSafety>,
) -> Result<HttpResponse, ApiError> {
    let request = key.request(&who, &body.raw);
    let action = Action::SetSafety {
        location: LocationId::new(body.value.location_id),
        safety: body.value.safety,
    };
    submit(&state, request, ItemId::new(body.value.item_id), action).await
}
