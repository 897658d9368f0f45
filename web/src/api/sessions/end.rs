//! `DELETE /api/v1/sessions/{session_id}`

use actix_web::{HttpResponse, web};
use actors::operations::sessions::end;
use domain::ids::SessionId;
use uuid::Uuid;

use crate::access::SignedIn;
use crate::errors::ApiError;
use crate::state::AppState;

/// Ends one of the sessions of the person who is signed in.
#[utoipa::path(delete, path = "/api/v1/sessions/{session_id}", tag = "sessions", operation_id = "end_session", params(("session_id" = Uuid, Path, description = "The session")),
    responses((status = 204, description = "Ended"), (status = 404, description = "not_found")))]
pub async fn handle(state: web::Data<AppState>, who: SignedIn, id: web::Path<Uuid>) -> Result<HttpResponse, ApiError> {
    let owner = (who.session.person, who.org());
    end(&state.people, owner, SessionId::new(*id), &who.trail(&state)).await?;
    state.forget_sessions();
    Ok(HttpResponse::NoContent().finish())
}
