//! `POST /api/v1/stock/commands/adjust`

use actix_web::{HttpResponse, web};
use domain::ids::{ItemId, LocationId};
use domain::stock::{Action, AdjustReason};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{CommandAnswer, submit};
use crate::access::{CanAdjustStock, Staff};
use crate::body::Body;
use crate::errors::ApiError;
use crate::idempotency_key::IdempotencyKey;
use crate::state::AppState;

/// Corrects the count by a difference, with a reason.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustStock {
    /// The plain item.
    item_id: Uuid,
    /// Where.
    location_id: Uuid,
    /// Units to add or take; not zero.
    delta: i64,
    /// Why: `damaged`, `lost`, `found`, `theft`, `returned`, `correction` or `internal_use`.
    #[schema(value_type = String)]
    reason: AdjustReason,
}

/// Corrects the count by a difference, with a reason.
#[utoipa::path(post, path = "/api/v1/stock/commands/adjust", tag = "stock commands",
    operation_id = "adjust_stock",
    params(("Idempotency-Key" = Option<String>, Header, description = "Your name for this request")),
    request_body = AdjustStock,
    responses((status = 200, description = "Durable", body = CommandAnswer),
        (status = 404, description = "not_found"),
        (status = 409, description = "exceeds_on_hand"),
        (status = 422, description = "out_of_bounds, location_unknown, idempotency_key_reused"),
        (status = 503, description = "busy, unavailable, outcome_unknown")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanAdjustStock>,
    key: IdempotencyKey,
    body: Body<AdjustStock>,
) -> Result<HttpResponse, ApiError> {
    let request = key.request(&who, &body.raw);
    let action = Action::Adjust {
        location: LocationId::new(body.value.location_id),
        delta: body.value.delta,
        reason: body.value.reason,
    };
    submit(&state, request, ItemId::new(body.value.item_id), action).await
}
