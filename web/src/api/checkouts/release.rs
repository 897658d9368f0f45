//! `POST /api/v1/checkouts/{checkout_id}/release`

use actix_web::{HttpResponse, web};
use actors::operations::checkouts;
use domain::ids::ReservationId;
use uuid::Uuid;

use super::view::CheckoutView;
use crate::access::{CanWriteCheckouts, Staff};
use crate::errors::ApiError;
use crate::idempotency_key::{IdempotencyKey, mark_replay};
use crate::state::AppState;

/// Releases a checkout: its units go back on sale.
#[utoipa::path(post, path = "/api/v1/checkouts/{checkout_id}/release", tag = "checkouts",
    operation_id = "release_checkout",
    params(("checkout_id" = Uuid, Path, description = "The checkout"),
        ("Idempotency-Key" = Option<String>, Header, description = "Your name for this request")),
    responses((status = 200, description = "The checkout afterwards", body = CheckoutView),
        (status = 404, description = "not_found"), (status = 409, description = "checkout_closed"),
        (status = 422, description = "idempotency_key_reused"),
        (status = 503, description = "busy, unavailable, outcome_unknown")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanWriteCheckouts>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, ApiError> {
    let closed = checkouts::release(&state.stock, key.request(&who, &[]), ReservationId::new(*id)).await?;
    let mut response = HttpResponse::Ok();
    mark_replay(&mut response, closed.is_replay);
    Ok(response.json(CheckoutView::from(closed.checkout)))
}
