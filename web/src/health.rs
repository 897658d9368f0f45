//! Whether the process runs, and whether it can serve.

use actix_web::{HttpResponse, web};
use serde_json::json;

use crate::state::AppState;

/// `GET /health/live`: the process answers.
pub(crate) async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "live" }))
}

/// `GET /health/ready`, and `GET /health` for whoever forgets the rest: commands are admitted and the database answers.
pub(crate) async fn ready(state: web::Data<AppState>) -> HttpResponse {
    let owns_journal = state.stock.journal.is_open();
    let has_database = owns_journal && state.stock.engine.ping().await.is_ok();
    let body = json!({
        "status": if has_database { "ready" } else { "not ready" },
        "journal": if owns_journal { "owns its shards" } else { "away" },
        "database": if has_database { "answers" } else { "away" },
        "items_active": state.stock.directory.len(),
    });
    if has_database {
        HttpResponse::Ok().json(body)
    } else {
        HttpResponse::ServiceUnavailable().json(body)
    }
}
