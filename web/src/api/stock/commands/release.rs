//! `POST /api/v1/stock/commands/release`

use actix_web::{HttpResponse, web};
use domain::ids::{ItemId, ReservationId};
use domain::stock::Action;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{CommandAnswer, submit};
use crate::access::{CanReserveStock, Staff};
use crate::body::Body;
use crate::errors::ApiError;
use crate::idempotency_key::IdempotencyKey;
use crate::state::AppState;

/// Gives an open reservation's units back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseReservation {
    /// The plain item.
    item_id: Uuid,
    /// Which.
    reservation_id: Uuid,
}

/// Gives an open reservation's units back.
#[utoipa::path(post, path = "/api/v1/stock/commands/release", tag = "stock commands",
    operation_id = "release_stock",
    params(("Idempotency-Key" = Option<String>, Header, description = "Your name for this request")),
    request_body = ReleaseReservation,
    responses((status = 200, description = "Durable", body = CommandAnswer),
        (status = 404, description = "not_found"),
        (status = 409, description = "reservation_not_open"),
        (status = 422, description = "out_of_bounds, location_unknown, idempotency_key_reused"),
        (status = 503, description = "busy, unavailable, outcome_unknown")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanReserveStock>,
    key: IdempotencyKey,
    body: Body<ReleaseReservation>,
) -> Result<HttpResponse, ApiError> {
    let request = key.request(&who, &body.raw);
    let action = Action::Release {
        reservation: ReservationId::new(body.value.reservation_id),
    };
    submit(&state, request, ItemId::new(body.value.item_id), action).await
}
