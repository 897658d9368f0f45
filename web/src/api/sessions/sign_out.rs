//! `DELETE /api/v1/sessions/current`

use actix_web::http::header::SET_COOKIE;
use actix_web::{HttpResponse, web};
use actors::operations::sessions::end;

use crate::access::SignedIn;
use crate::errors::ApiError;
use crate::identity::NO_COOKIE;
use crate::state::AppState;

/// Signs out: ends the session that asks, and has the browser forget it.
#[utoipa::path(delete, path = "/api/v1/sessions/current", tag = "sessions", operation_id = "sign_out",
    responses((status = 204, description = "Signed out")))]
pub async fn handle(state: web::Data<AppState>, who: SignedIn) -> Result<HttpResponse, ApiError> {
    let owner = (who.session.person, who.org());
    end(&state.people, owner, who.session.id, &who.trail(&state)).await?;
    state.forget_sessions();
    let mut response = HttpResponse::NoContent();
    response.insert_header((SET_COOKIE, NO_COOKIE));
    response.insert_header(("clear-site-data", "\"cache\", \"cookies\", \"storage\""));
    Ok(response.finish())
}
