//! `GET /api/v1/stock/items/{item_id}`

use actix_web::web;
use domain::ids::ItemId;
use serde::Serialize;
use storage::{inventory_items, stock_levels};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{CanReadStock, Staff};
use crate::api::stock::views::{ItemView, LevelView};
use crate::errors::{ApiError, Code};
use crate::state::AppState;

/// An item with its level per location.
#[derive(Serialize, ToSchema)]
#[schema(as = StockItemWithLevels)]
pub struct ItemWithLevels {
    /// The item.
    #[serde(flatten)]
    item: ItemView,
    /// Per location, in selling order; empty for a bundle.
    levels: Vec<LevelView>,
}

/// An item with its level per location.
#[utoipa::path(get, path = "/api/v1/stock/items/{item_id}", tag = "stock", operation_id = "get_stock_item",
    params(("item_id" = Uuid, Path, description = "The item")),
    responses((status = 200, description = "The item", body = ItemWithLevels), (status = 404, description = "not_found")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanReadStock>,
    id: web::Path<Uuid>,
) -> Result<web::Json<ItemWithLevels>, ApiError> {
    let id = ItemId::new(*id);
    let tx = state.stock.tenants.begin(who.org()).await?;
    let Some(item) = inventory_items::find(&tx, id).await? else {
        tx.commit().await?;
        return Err(no_item(id));
    };
    let levels = stock_levels::list(&tx, id).await?;
    tx.commit().await?;
    Ok(web::Json(ItemWithLevels {
        item: item.into(),
        levels: levels.into_iter().map(LevelView::from).collect(),
    }))
}

/// The answer for an item that is not there, or not this organization's.
pub(super) fn no_item(id: ItemId) -> ApiError {
    ApiError::new(Code::NotFound)
        .detail(format!("no item {id}"))
        .with("item_id", id.to_string())
}
