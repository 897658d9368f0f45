//! `POST /api/v1/stock/locations`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use actors::operations::idempotency;
use actors::operations::stock::create_location;
use domain::ids::LocationId;
use serde::Deserialize;
use storage::stock_locations::StockLocation;
use utoipa::ToSchema;

use super::LocationView;
use crate::access::{CanWriteLocations, Staff};
use crate::api::stock::items::create::unserializable;
use crate::body::Body;
use crate::errors::{ApiError, Code};
use crate::idempotency_key::mark_replay;
use crate::provenance::TracedKey;
use crate::state::AppState;

const MAX_NAME_CHARS: usize = 200;

/// A new location.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateStockLocation {
    /// Unique within the organization.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Lower sells first; 100 when not given.
    priority: Option<i32>,
}

/// Creates a location. Every item can have stock there from then on.
#[utoipa::path(post, path = "/api/v1/stock/locations", tag = "stock", operation_id = "create_stock_location",
    params(("Idempotency-Key" = Option<String>, Header, description = "Your name for this request")),
    request_body = CreateStockLocation,
    responses((status = 201, description = "Created", body = LocationView), (status = 409, description = "name_taken"),
        (status = 422, description = "idempotency_key_reused")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanWriteLocations>,
    key: TracedKey,
    body: Body<CreateStockLocation>,
) -> Result<HttpResponse, ApiError> {
    let request = key.request(&who, &body.raw);
    let trail = key.trail(&who, state.stock.clock.now());
    let name = body.value.name.trim().to_owned();
    let chars = name.chars().count();
    if chars == 0 || chars > MAX_NAME_CHARS {
        let chars = i64::try_from(chars).unwrap_or(i64::MAX);
        return Err(ApiError::out_of_bounds("name", chars, 1, MAX_NAME_CHARS as i64));
    }
    let id = LocationId::new(state.stock.clock.fresh_id());
    let location = StockLocation {
        id,
        name,
        priority: body.value.priority.unwrap_or(100),
    };
    let answered = idempotency::once(&state.stock, request, async |tx| {
        create_location(tx, &trail, &location).await?;
        let body =
            serde_json::to_value(LocationView::from(location.clone())).map_err(|error| unserializable(&error))?;
        Ok((StatusCode::CREATED.as_u16(), body))
    })
    .await?;
    // Items in memory know the locations they were loaded with.
    state
        .stock
        .journal
        .end_all_reigns()
        .await
        .map_err(|_| ApiError::new(Code::Unavailable))?;
    let mut response = HttpResponse::Created();
    mark_replay(&mut response, answered.is_replay);
    Ok(response.json(answered.body))
}
