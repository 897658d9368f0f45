//! `GET /api/v1/stock/items/{item_id}/at`

use actix_web::web;
use domain::ids::ItemId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use storage::{inventory_items, stock_levels};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::get::no_item;
use crate::access::{CanReadStock, Staff};
use crate::api::stock::views::LevelView;
use crate::errors::ApiError;
use crate::query::Query;
use crate::state::AppState;

/// When.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AtMoment {
    /// The moment, RFC 3339.
    #[param(value_type = String, format = DateTime)]
    time: Timestamp,
}

/// An item's stock as it stood at a moment.
#[derive(Serialize, ToSchema)]
#[schema(as = StockItemAt)]
pub struct ItemAt {
    /// The item.
    item_id: Uuid,
    /// The moment.
    #[schema(value_type = String, format = DateTime)]
    time: Timestamp,
    /// Per location, in selling order; `updated_at` is the movement that made it so.
    levels: Vec<LevelView>,
}

/// An item's stock as it stood at a moment, from the journal.
#[utoipa::path(get, path = "/api/v1/stock/items/{item_id}/at", tag = "stock", operation_id = "get_stock_item_at",
    params(("item_id" = Uuid, Path, description = "The item"), AtMoment),
    responses((status = 200, description = "The stock then", body = ItemAt),
        (status = 403, description = "forbidden"), (status = 404, description = "not_found"),
        (status = 400, description = "invalid_query")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanReadStock>,
    id: web::Path<Uuid>,
    query: Query<AtMoment>,
) -> Result<web::Json<ItemAt>, ApiError> {
    let item = ItemId::new(*id);
    let tx = state.stock.tenants.begin(who.org()).await?;
    if inventory_items::find(&tx, item).await?.is_none() {
        tx.commit().await?;
        return Err(no_item(item));
    }
    let levels = stock_levels::list_at(&tx, item, storable(query.time)).await?;
    tx.commit().await?;
    Ok(web::Json(ItemAt {
        item_id: *id,
        time: query.time,
        levels: levels.into_iter().map(LevelView::from).collect(),
    }))
}

/// Postgres knows fewer years than jiff; no movement lies before its first.
fn storable(time: Timestamp) -> Timestamp {
    time.max(Timestamp::UNIX_EPOCH)
}
