//! `GET /api/v1/stock/items`

use actix_web::web;
use serde::{Deserialize, Serialize};
use storage::inventory_items::{self, ItemsPage};
use utoipa::{IntoParams, ToSchema};

use crate::access::{CanReadStock, Staff};
use crate::api::stock::views::ItemView;
use crate::errors::ApiError;
use crate::query::Query;
use crate::state::AppState;

const DEFAULT_LIMIT: i64 = 50;
const MAX_LIMIT: i64 = 500;

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListItems {
    /// The `next` of the page before.
    after: Option<String>,
    /// Only SKUs that begin so.
    sku_prefix: Option<String>,
    /// Rows per page, 1 to 500; 50 when not given.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<i64>,
}

/// A page of items, by SKU.
#[derive(Serialize, ToSchema)]
#[schema(as = StockItemList)]
pub struct ItemList {
    /// The items.
    items: Vec<ItemView>,
    /// Where the next page begins; null on the last.
    next: Option<String>,
}

/// Items with their totals, by SKU.
#[utoipa::path(get, path = "/api/v1/stock/items", tag = "stock", operation_id = "list_stock_items", params(ListItems),
    responses((status = 200, description = "A page", body = ItemList),
        (status = 403, description = "forbidden"), (status = 400, description = "invalid_query")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanReadStock>,
    query: Query<ListItems>,
) -> Result<web::Json<ItemList>, ApiError> {
    let limit = page_limit(query.limit)?;
    let after_sku = storable("after", query.after.as_deref())?;
    let sku_prefix = storable("sku_prefix", query.sku_prefix.as_deref())?;
    let tx = state.stock.tenants.begin(who.org()).await?;
    let items = inventory_items::list(
        &tx,
        &ItemsPage {
            after_sku,
            sku_prefix,
            limit,
        },
    )
    .await?;
    tx.commit().await?;
    let is_full = i64::try_from(items.len()) == Ok(limit);
    let next = items.last().filter(|_| is_full).map(|item| item.sku.clone());
    Ok(web::Json(ItemList {
        items: items.into_iter().map(ItemView::from).collect(),
        next,
    }))
}

/// A page size within its bounds.
pub(crate) fn page_limit(limit: Option<i64>) -> Result<i64, ApiError> {
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    if (1..=MAX_LIMIT).contains(&limit) {
        Ok(limit)
    } else {
        Err(ApiError::out_of_bounds("limit", limit, 1, MAX_LIMIT))
    }
}

/// A text that Postgres can compare with: no NUL in it.
fn storable<'a>(parameter: &str, text: Option<&'a str>) -> Result<&'a str, ApiError> {
    let text = text.unwrap_or_default();
    if text.contains('\0') {
        Err(ApiError::new(crate::Code::InvalidQuery)
            .detail(format!("`{parameter}` must not hold NUL"))
            .with("parameter", parameter))
    } else {
        Ok(text)
    }
}
