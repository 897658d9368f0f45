//! `GET /api/v1/stock/items/{item_id}/movements`

use actix_web::web;
use domain::ids::ItemId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use storage::stock_movements::LedgerCursor;
use storage::{inventory_items, stock_movements};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::get::no_item;
use super::list::page_limit;
use crate::access::{CanReadStock, Staff};
use crate::api::stock::views::MovementView;
use crate::errors::{ApiError, Code};
use crate::query::Query;
use crate::state::AppState;

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListMovements {
    /// The `next` of the page before.
    before: Option<String>,
    /// Rows per page, 1 to 500; 50 when not given.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<i64>,
}

/// A page of an item's ledger, the newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = StockMovementList)]
pub struct MovementList {
    /// The movements.
    movements: Vec<MovementView>,
    /// Where the next page begins; null on the last.
    next: Option<String>,
}

/// An item's ledger, the newest first.
#[utoipa::path(get, path = "/api/v1/stock/items/{item_id}/movements", tag = "stock",
    operation_id = "list_stock_item_movements",
    params(("item_id" = Uuid, Path, description = "The item"), ListMovements),
    responses((status = 200, description = "A page", body = MovementList),
        (status = 403, description = "forbidden"), (status = 404, description = "not_found"),
        (status = 400, description = "invalid_query")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanReadStock>,
    id: web::Path<Uuid>,
    query: Query<ListMovements>,
) -> Result<web::Json<MovementList>, ApiError> {
    let item = ItemId::new(*id);
    let limit = page_limit(query.limit)?;
    let before = query.before.as_deref().map(parse_cursor).transpose()?;
    let tx = state.stock.tenants.begin(who.org()).await?;
    if inventory_items::find(&tx, item).await?.is_none() {
        tx.commit().await?;
        return Err(no_item(item));
    }
    let movements = stock_movements::list(&tx, item, before, limit).await?;
    tx.commit().await?;
    let is_full = i64::try_from(movements.len()) == Ok(limit);
    let next = movements.last().filter(|_| is_full);
    let next = next.map(|last| format!("{}-{}", last.entry.at.as_microsecond(), last.seq));
    Ok(web::Json(MovementList {
        movements: movements.into_iter().map(MovementView::from).collect(),
        next,
    }))
}

fn parse_cursor(text: &str) -> Result<LedgerCursor, ApiError> {
    let parts = text
        .split_once('-')
        .and_then(|(at, seq)| Some((at.parse().ok()?, seq.parse().ok()?)));
    let cursor = parts.and_then(|(at, seq)| {
        Some(LedgerCursor {
            at: Timestamp::from_microsecond(at).ok()?,
            seq,
        })
    });
    cursor.ok_or_else(|| {
        ApiError::new(Code::InvalidQuery)
            .detail("`before` is not the `next` of an earlier page")
            .with("parameter", "before")
    })
}
