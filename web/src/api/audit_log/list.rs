//! `GET /api/v1/audit-log`

use actix_web::web;
use serde::Serialize;
use storage::audit_log::{self, AuditPage};
use utoipa::ToSchema;

use super::EntryView;
use super::filter::{FilterEntries, unusable};
use crate::access::{CanReadAudit, Staff};
use crate::api::stock::items::list::page_limit;
use crate::errors::ApiError;
use crate::query::Query;
use crate::state::AppState;

/// A page of entries, the newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditLogPage)]
pub struct EntryList {
    /// The entries.
    entries: Vec<EntryView>,
    /// Where the next page begins; null on the last.
    next: Option<i64>,
}

/// Searches the audit log, the newest entries first.
#[utoipa::path(get, path = "/api/v1/audit-log", tag = "audit", operation_id = "list_audit_log", params(FilterEntries),
    responses((status = 200, description = "A page", body = EntryList),
        (status = 403, description = "forbidden"), (status = 400, description = "invalid_query"),
        (status = 422, description = "out_of_bounds")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanReadAudit>,
    query: Query<FilterEntries>,
) -> Result<web::Json<EntryList>, ApiError> {
    if query.format.is_some() {
        return Err(unusable("format", "`format` belongs to /api/v1/audit-log/export"));
    }
    let (filter, limit) = (query.parse()?, page_limit(query.limit)?);
    let page = AuditPage {
        before: query.before.unwrap_or(i64::MAX),
        limit,
    };
    let tx = state.stock.tenants.begin(who.org()).await?;
    let found = audit_log::list(&tx, &filter, page).await?;
    tx.commit().await?;
    let is_full = i64::try_from(found.len()) == Ok(limit);
    let next = found.last().filter(|_| is_full).map(|last| last.record.seq);
    Ok(web::Json(EntryList {
        entries: found.into_iter().map(EntryView::from).collect(),
        next,
    }))
}
