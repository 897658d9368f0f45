//! `POST /api/v1/stock/commands/extend`

use actix_web::{HttpResponse, web};
use domain::ids::{ItemId, ReservationId};
use domain::stock::Action;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{CommandAnswer, submit};
use crate::access::{CanReserveStock, Staff};
use crate::api::checkouts::create::hold_seconds;
use crate::body::Body;
use crate::errors::ApiError;
use crate::idempotency_key::IdempotencyKey;
use crate::state::AppState;

/// Moves an open reservation's deadline later.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtendReservation {
    /// The plain item.
    item_id: Uuid,
    /// Which.
    reservation_id: Uuid,
    /// How long from now, in seconds.
    #[schema(minimum = 1, maximum = 86400)]
    hold_seconds: i64,
}

/// Moves an open reservation's deadline later.
#[utoipa::path(post, path = "/api/v1/stock/commands/extend", tag = "stock commands",
    operation_id = "extend_stock",
    params(("Idempotency-Key" = Option<String>, Header, description = "Your name for this request")),
    request_body = ExtendReservation,
    responses((status = 200, description = "Durable", body = CommandAnswer),
        (status = 404, description = "not_found"),
        (status = 409, description = "reservation_not_open, reservation_expired"),
        (status = 422, description = "out_of_bounds, location_unknown, idempotency_key_reused"),
        (status = 503, description = "busy, unavailable, outcome_unknown")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanReserveStock>,
    key: IdempotencyKey,
    body: Body<ExtendReservation>,
) -> Result<HttpResponse, ApiError> {
    let request = key.request(&who, &body.raw);
    let action = Action::Extend {
        reservation: ReservationId::new(body.value.reservation_id),
        hold_seconds: hold_seconds(body.value.hold_seconds)?,
    };
    submit(&state, request, ItemId::new(body.value.item_id), action).await
}
