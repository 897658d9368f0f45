//! `GET /api/v1/stock/locations`

use actix_web::web;
use serde::Serialize;
use storage::stock_locations;
use utoipa::ToSchema;

use super::LocationView;
use crate::access::{CanReadStock, Staff};
use crate::errors::ApiError;
use crate::state::AppState;

/// All locations.
#[derive(Serialize, ToSchema)]
#[schema(as = StockLocationList)]
pub struct LocationList {
    /// In selling order.
    locations: Vec<LocationView>,
}

/// All locations, in selling order.
#[utoipa::path(get, path = "/api/v1/stock/locations", tag = "stock", operation_id = "list_stock_locations",
    responses((status = 200, description = "All locations", body = LocationList)))]
pub async fn handle(state: web::Data<AppState>, who: Staff<CanReadStock>) -> Result<web::Json<LocationList>, ApiError> {
    let tx = state.stock.tenants.begin(who.org()).await?;
    let locations = stock_locations::list(&tx).await?;
    tx.commit().await?;
    Ok(web::Json(LocationList {
        locations: locations.into_iter().map(LocationView::from).collect(),
    }))
}
