//! `GET /api/v1/stock/items`

use actix_web::web;
use serde::{Deserialize, Serialize};
use storage::TenantTx;
use storage::inventory_items::{self, ItemOverview, ItemsOrder, ItemsPage};
use utoipa::{IntoParams, ToSchema};

use crate::access::{CanReadStock, Staff};
use crate::api::stock::views::ItemView;
use crate::errors::{ApiError, Code};
use crate::query::Query;
use crate::state::AppState;

const DEFAULT_LIMIT: i64 = 50;
const MAX_LIMIT: i64 = 500;
/// Numbers that items are sorted by.
const SORTS: &[&str] = &[
    "available",
    "on_hand",
    "reserved",
    "allocated",
    "safety",
    "incoming",
    "shortfall",
    "updated_at",
];
/// States that a list is narrowed to.
const STATES: &[&str] = &["low", "out", "held", "short"];
/// Between an item's place and its SKU in the cursor of a sorted list.
const CURSOR_JOINT: char = '~';

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListItems {
    /// The `next` of the page before.
    after: Option<String>,
    /// Only SKUs that begin so.
    sku_prefix: Option<String>,
    /// Only items with this in their SKU or title, in capitals or not.
    search: Option<String>,
    /// Only items in this state: `low` (at or below its reorder point), `out` (nothing available), `held` (something
    /// reserved), `short` (promised beyond stock).
    only: Option<String>,
    /// `sku` (when not given), or one of `available`, `on_hand`, `reserved`, `allocated`, `safety`, `incoming`, `shortfall`,
    /// `updated_at`; a `-` before it puts the largest first.
    sort: Option<String>,
    /// Rows per page, 1 to 500; 50 when not given.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<i64>,
}

/// A page of items.
#[derive(Serialize, ToSchema)]
#[schema(as = StockItemList)]
pub struct ItemList {
    /// The items.
    items: Vec<ItemView>,
    /// Where the next page begins; null on the last.
    next: Option<String>,
}

/// Items with their totals, by SKU or by one of their numbers. A list by a number may miss or repeat an item whose number
/// changes between two pages.
#[utoipa::path(get, path = "/api/v1/stock/items", tag = "stock", operation_id = "list_stock_items", params(ListItems),
    responses((status = 200, description = "A page", body = ItemList),
        (status = 403, description = "forbidden"), (status = 400, description = "invalid_query")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanReadStock>,
    query: Query<ListItems>,
) -> Result<web::Json<ItemList>, ApiError> {
    let page = ItemsPage {
        after_sku: storable("after", query.after.as_deref())?,
        sku_prefix: storable("sku_prefix", query.sku_prefix.as_deref())?,
        search: storable("search", query.search.as_deref())?,
        only: query.only.as_deref().map_or(Ok(""), |word| one_of(STATES, word))?,
        limit: page_limit(query.limit)?,
    };
    let sort = query.sort.as_deref().unwrap_or("sku");
    let tx = state.stock.tenants.begin(who.org()).await?;
    let (items, next) = match sort {
        "sku" => by_sku(&tx, &page).await?,
        sort => by_number(&tx, page, sort).await?,
    };
    tx.commit().await?;
    Ok(web::Json(ItemList {
        items: items.into_iter().map(ItemView::from).collect(),
        next,
    }))
}

/// Rows and where the next page begins.
type Page = (Vec<ItemOverview>, Option<String>);

async fn by_sku(tx: &TenantTx, page: &ItemsPage<'_>) -> Result<Page, ApiError> {
    let items = inventory_items::list(tx, page).await?;
    let is_full = i64::try_from(items.len()) == Ok(page.limit);
    let next = items.last().filter(|_| is_full).map(|item| item.sku.clone());
    Ok((items, next))
}

async fn by_number(tx: &TenantTx, page: ItemsPage<'_>, sort: &str) -> Result<Page, ApiError> {
    let unusable = || ApiError::new(Code::InvalidQuery).detail("`after` is not the `next` of an earlier page");
    let cursor = match page.after_sku {
        "" => None,
        text => Some(text.split_once(CURSOR_JOINT).ok_or_else(unusable)?),
    };
    let after = cursor
        .map(|(place, _)| place.parse())
        .transpose()
        .map_err(|_| unusable())?;
    let after_sku = cursor.map_or("", |(_, sku)| sku);
    let order = ItemsOrder {
        by: one_of(SORTS, sort.trim_start_matches('-'))?,
        is_descending: sort.starts_with('-'),
        after,
    };
    let rows = inventory_items::list_sorted(tx, &ItemsPage { after_sku, ..page }, order).await?;
    let is_full = i64::try_from(rows.len()) == Ok(page.limit);
    let next = rows.last().filter(|_| is_full);
    let next = next.map(|(item, place)| format!("{place}{CURSOR_JOINT}{}", item.sku));
    Ok((rows.into_iter().map(|(item, _)| item).collect(), next))
}

/// One of the words that are known.
fn one_of<'a>(known: &[&str], word: &'a str) -> Result<&'a str, ApiError> {
    if known.contains(&word) {
        Ok(word)
    } else {
        Err(ApiError::new(Code::InvalidQuery).detail(format!("not one of {}", known.join(", "))))
    }
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
        Err(ApiError::new(Code::InvalidQuery)
            .detail(format!("`{parameter}` must not hold NUL"))
            .with("parameter", parameter))
    } else {
        Ok(text)
    }
}
