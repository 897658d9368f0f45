//! `GET /api/v1/audit-log/export`
//!
//! Streamed from the newest entry to the oldest, page by page: what is appended meanwhile is above the first page and does not
//! come, and no transaction stays open while a slow reader reads.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{self, Bytes};
use actix_web::{HttpResponse, HttpResponseBuilder};
use domain::ids::OrgId;
use futures_util::stream::{self, Stream};
use storage::StorageError;
use storage::audit_log::{self, AuditFilter, AuditPage, FoundEntry};
use tracing::warn;

use super::EntryView;
use super::filter::{FilterEntries, unusable};
use crate::access::{CanReadAudit, Staff};
use crate::errors::ApiError;
use crate::query::Query;
use crate::state::AppState;

const ROWS_PER_PAGE: i64 = 500;
const CSV_HEADER: &str =
    "seq,at,actor_kind,actor_id,action,subject_kind,subject_id,before,after,why,from,request_id,hash\r\n";

/// What an export is written as.
#[derive(Clone, Copy)]
enum Format {
    Jsonl,
    Csv,
}

/// Where an export stands.
struct Export {
    state: web::Data<AppState>,
    org: OrgId,
    filter: AuditFilter,
    format: Format,
    before: i64,
}

/// Exports the entries that match, the newest first, as JSON Lines or CSV. A cell that a spreadsheet would take for a formula
/// begins with an apostrophe.
#[utoipa::path(get, path = "/api/v1/audit-log/export", tag = "audit", operation_id = "export_audit_log",
    params(FilterEntries),
    responses((status = 200, description = "The entries", content_type = "application/jsonl", body = EntryView),
        (status = 400, description = "invalid_query")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanReadAudit>,
    query: Query<FilterEntries>,
) -> Result<HttpResponse, ApiError> {
    if query.limit.is_some() {
        return Err(unusable(
            "limit",
            "`limit` belongs to /api/v1/audit-log; an export is whole",
        ));
    }
    let format = match query.format.as_deref() {
        None | Some("jsonl") => Format::Jsonl,
        Some("csv") => Format::Csv,
        Some(_) => return Err(unusable("format", "`format` is jsonl or csv")),
    };
    let export = Export {
        org: who.org(),
        filter: query.parse()?,
        format,
        before: query.before.unwrap_or(i64::MAX),
        state,
    };
    Ok(response(format).streaming(lines(export)))
}

fn response(format: Format) -> HttpResponseBuilder {
    let (kind, name) = match format {
        Format::Jsonl => ("application/jsonl", "audit-log.jsonl"),
        Format::Csv => ("text/csv; charset=utf-8", "audit-log.csv"),
    };
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, kind));
    response.insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
    response
}

/// The pages, each as one chunk. A failure ends the connection before the end of the body, so that nobody takes a part for
/// the whole.
fn lines(export: Export) -> impl Stream<Item = Result<Bytes, StorageError>> {
    let header = match export.format {
        Format::Jsonl => "",
        Format::Csv => CSV_HEADER,
    };
    stream::try_unfold((Some(export), header), async |(export, header)| {
        let Some(mut export) = export else {
            return Ok(None);
        };
        let found = export
            .page()
            .await
            .inspect_err(|error| warn!(%error, "an audit export was cut short"))?;
        let mut text = header.to_owned();
        for entry in &found {
            text.push_str(&export.format.line(entry));
        }
        let is_full = i64::try_from(found.len()) == Ok(ROWS_PER_PAGE);
        export.before = found.last().map_or(0, |last| last.record.seq);
        let rest = Some(export).filter(|_| is_full);
        Ok(Some((Bytes::from(text), (rest, ""))))
    })
}

impl Export {
    async fn page(&self) -> Result<Vec<FoundEntry>, StorageError> {
        let page = AuditPage {
            before: self.before,
            limit: ROWS_PER_PAGE,
        };
        let tx = self.state.stock.tenants.begin(self.org).await?;
        let found = audit_log::list(&tx, &self.filter, page).await?;
        tx.commit().await?;
        Ok(found)
    }
}

impl Format {
    fn line(self, entry: &FoundEntry) -> String {
        match self {
            Self::Jsonl => {
                let json = serde_json::to_string(&EntryView::from(entry.clone()));
                json.unwrap_or_default() + "\n"
            }
            Self::Csv => csv_line(entry),
        }
    }
}

fn csv_line(entry: &FoundEntry) -> String {
    let record = &entry.record;
    let json = |document: &Option<serde_json::Value>| document.as_ref().map(ToString::to_string).unwrap_or_default();
    let cells = [
        record.seq.to_string(),
        record.at.to_string(),
        record.actor_kind.clone(),
        record.actor_id.map(|id| id.to_string()).unwrap_or_default(),
        record.action.clone(),
        record.subject_kind.clone(),
        record.subject_id.clone(),
        json(&record.before),
        json(&record.after),
        record.why.clone().unwrap_or_default(),
        record.from.map(|address| address.to_string()).unwrap_or_default(),
        record.request_id.clone().unwrap_or_default(),
        entry.hash.to_string(),
    ];
    cells.map(|cell| csv_cell(&cell)).join(",") + "\r\n"
}

/// A quoted cell. What a spreadsheet would calculate becomes text by an apostrophe before it.
fn csv_cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let guard = if is_formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_and_never_a_formula() {
        for (text, cell) in [
            ("plain", "\"plain\""),
            ("", "\"\""),
            ("say \"hi\",\nthere", "\"say \"\"hi\"\",\nthere\""),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
        ] {
            assert_eq!(csv_cell(text), cell);
        }
    }
}
