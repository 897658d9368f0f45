//! `POST /api/v1/stock/commands/reserve`

use actix_web::{HttpResponse, web};
use domain::ids::{ItemId, LocationId, ReservationId};
use domain::stock::Action;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{CommandAnswer, quantity, submit};
use crate::access::{CanReserveStock, Staff};
use crate::api::checkouts::create::hold_seconds;
use crate::body::Body;
use crate::errors::ApiError;
use crate::idempotency_key::IdempotencyKey;
use crate::state::AppState;

/// Holds units for a checkout until a deadline. The reservation's id is the command's.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReserveStock {
    /// The plain item.
    item_id: Uuid,
    /// Units.
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    quantity: i64,
    /// How long to hold, in seconds; 900 when not given.
    #[schema(minimum = 1, maximum = 86400)]
    hold_seconds: Option<i64>,
    /// A certain location only.
    location_id: Option<Uuid>,
}

/// Holds units for a checkout until a deadline. The reservation's id is the command's.
#[utoipa::path(post, path = "/api/v1/stock/commands/reserve", tag = "stock commands",
    operation_id = "reserve_stock",
    params(("Idempotency-Key" = Option<String>, Header, description = "Your name for this request")),
    request_body = ReserveStock,
    responses((status = 200, description = "Durable", body = CommandAnswer),
        (status = 404, description = "not_found"),
        (status = 409, description = "out_of_stock"),
        (status = 422, description = "out_of_bounds, location_unknown, idempotency_key_reused"),
        (status = 503, description = "busy, unavailable, outcome_unknown")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanReserveStock>,
    key: IdempotencyKey,
    body: Body<ReserveStock>,
) -> Result<HttpResponse, ApiError> {
    let request = key.request(&who, &body.raw);
    let action = Action::Reserve {
        reservation: ReservationId::new(request.command.uuid()),
        quantity: quantity(body.value.quantity)?,
        hold_seconds: hold_seconds(body.value.hold_seconds.unwrap_or(900))?,
        location: body.value.location_id.map(LocationId::new),
    };
    submit(&state, request, ItemId::new(body.value.item_id), action).await
}
