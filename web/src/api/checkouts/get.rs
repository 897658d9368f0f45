//! `GET /api/v1/checkouts/{checkout_id}`

use actix_web::web;
use actors::operations::checkouts;
use domain::ids::ReservationId;
use uuid::Uuid;

use super::view::CheckoutView;
use crate::access::{CanReadCheckouts, Staff};
use crate::errors::ApiError;
use crate::state::AppState;

/// A checkout as it stands.
#[utoipa::path(get, path = "/api/v1/checkouts/{checkout_id}", tag = "checkouts", operation_id = "get_checkout",
    params(("checkout_id" = Uuid, Path, description = "The checkout")),
    responses((status = 200, description = "The checkout", body = CheckoutView), (status = 404, description = "not_found")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanReadCheckouts>,
    id: web::Path<Uuid>,
) -> Result<web::Json<CheckoutView>, ApiError> {
    let checkout = checkouts::get(&state.stock, who.org(), ReservationId::new(*id)).await?;
    Ok(web::Json(checkout.into()))
}
