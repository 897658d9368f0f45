//! `POST /api/v1/stock/commands/confirm`

use actix_web::{HttpResponse, web};
use domain::ids::{ItemId, OrderLineId, ReservationId};
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

/// Turns an open reservation into an allocation, which does not expire.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmReservation {
    /// The plain item.
    item_id: Uuid,
    /// Which.
    reservation_id: Uuid,
    /// The order line that takes the units.
    order_line_id: Uuid,
}

/// Turns an open reservation into an allocation, which does not expire.
#[utoipa::path(post, path = "/api/v1/stock/commands/confirm", tag = "stock commands",
    operation_id = "confirm_stock",
    params(("Idempotency-Key" = Option<String>, Header, description = "Your name for this request")),
    request_body = ConfirmReservation,
    responses((status = 200, description = "Durable", body = CommandAnswer),
        (status = 404, description = "not_found"),
        (status = 409, description = "reservation_not_open, reservation_expired, order_line_already_allocated"),
        (status = 422, description = "out_of_bounds, location_unknown, idempotency_key_reused"),
        (status = 503, description = "busy, unavailable, outcome_unknown")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanReserveStock>,
    key: IdempotencyKey,
    body: Body<ConfirmReservation>,
) -> Result<HttpResponse, ApiError> {
    let request = key.request(&who, &body.raw);
    let action = Action::Confirm {
        reservation: ReservationId::new(body.value.reservation_id),
        order_line: OrderLineId::new(body.value.order_line_id),
    };
    submit(&state, request, ItemId::new(body.value.item_id), action).await
}
