//! `POST /api/v1/checkouts`

use actix_web::{HttpResponse, web};
use actors::operations::checkouts::{self, BasketLine, MAX_HOLD_SECONDS, MAX_LINES, NewCheckout};
use domain::ids::ItemId;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::view::CheckoutView;
use crate::access::{CanWriteCheckouts, Staff};
use crate::api::stock::commands::quantity;
use crate::body::{Body, Object};
use crate::errors::ApiError;
use crate::idempotency_key::{IdempotencyKey, mark_replay};
use crate::state::AppState;

/// A hold is a quarter of an hour when the caller does not say.
const DEFAULT_HOLD_SECONDS: i64 = 900;

/// A basket to reserve.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCheckout {
    /// 1 to 100 lines; lines of one item are added up.
    #[schema(min_items = 1, max_items = 100, value_type = Vec<CreateCheckoutLine>)]
    lines: Vec<Object<CreateCheckoutLine>>,
    /// How long to hold, in seconds; 900 when not given.
    #[schema(minimum = 1, maximum = 86400)]
    hold_seconds: Option<i64>,
}

/// A line of a basket.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCheckoutLine {
    /// An item or a bundle.
    item_id: Uuid,
    /// Units.
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    quantity: i64,
}

/// Reserves a basket, all or nothing.
///
/// The answer comes when the reservation is durable. When one item has too few units nothing is reserved and the answer
/// names the item and its numbers.
#[utoipa::path(post, path = "/api/v1/checkouts", tag = "checkouts", operation_id = "create_checkout",
    params(("Idempotency-Key" = Option<String>, Header, description = "Your name for this request")),
    request_body = CreateCheckout,
    responses((status = 201, description = "Reserved", body = CheckoutView),
        (status = 404, description = "not_found"), (status = 409, description = "out_of_stock"),
        (status = 422, description = "out_of_bounds, idempotency_key_reused"),
        (status = 503, description = "busy, unavailable, outcome_unknown")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanWriteCheckouts>,
    key: IdempotencyKey,
    body: Body<CreateCheckout>,
) -> Result<HttpResponse, ApiError> {
    let request = key.request(&who, &body.raw);
    let checkout = checkout(body.value)?;
    let reserved = checkouts::create(&state.stock, request, &checkout).await?;
    let mut response = HttpResponse::Created();
    mark_replay(&mut response, reserved.is_replay);
    Ok(response.json(CheckoutView::from(reserved)))
}

fn checkout(body: CreateCheckout) -> Result<NewCheckout, ApiError> {
    if body.lines.is_empty() || body.lines.len() > MAX_LINES {
        let given = i64::try_from(body.lines.len()).unwrap_or(i64::MAX);
        return Err(ApiError::out_of_bounds("lines", given, 1, MAX_LINES as i64));
    }
    let line = |Object(line): Object<CreateCheckoutLine>| {
        Ok(BasketLine {
            item: ItemId::new(line.item_id),
            quantity: quantity(line.quantity)?,
        })
    };
    let lines = body.lines.into_iter().map(line).collect::<Result<_, ApiError>>()?;
    let hold_seconds = hold_seconds(body.hold_seconds.unwrap_or(DEFAULT_HOLD_SECONDS))?;
    Ok(NewCheckout { lines, hold_seconds })
}

/// A hold within its bounds.
pub(crate) fn hold_seconds(seconds: i64) -> Result<u32, ApiError> {
    let max = i64::from(MAX_HOLD_SECONDS);
    let hold = u32::try_from(seconds)
        .ok()
        .filter(|hold| (1..=MAX_HOLD_SECONDS).contains(hold));
    hold.ok_or_else(|| ApiError::out_of_bounds("hold_seconds", seconds, 1, max))
}
