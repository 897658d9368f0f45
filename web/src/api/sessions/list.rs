//! `GET /api/v1/sessions`

use actix_web::web;
use jiff::Timestamp;
use serde::Serialize;
use storage::sessions;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::SignedIn;
use crate::errors::ApiError;
use crate::state::AppState;

/// A signed-in browser.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionView {
    /// Its id.
    id: Uuid,
    /// Where it was begun.
    address: String,
    /// With what, as the browser says.
    user_agent: String,
    /// Whether it is the one that asks.
    is_current: bool,
    /// When it was begun.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Its last request, to the minute.
    #[schema(value_type = String, format = DateTime)]
    last_seen_at: Timestamp,
    /// When it ends whatever happens.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// All of them.
#[derive(Serialize, ToSchema)]
pub struct SessionList {
    /// The last used first.
    sessions: Vec<SessionView>,
}

/// The sessions of the person who is signed in.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "sessions", operation_id = "list_sessions",
    responses((status = 200, description = "The sessions", body = SessionList)))]
pub async fn handle(state: web::Data<AppState>, who: SignedIn) -> Result<web::Json<SessionList>, ApiError> {
    let now = state.people.clock.now();
    let seen_after = now
        .checked_sub(state.people.settings.session_idle)
        .unwrap_or(Timestamp::MIN);
    let listed = sessions::list(&state.people.identities, who.session.person, now, seen_after).await?;
    let view = |one: sessions::SessionSummary| SessionView {
        is_current: one.id == who.session.id,
        id: one.id.uuid(),
        address: one.address,
        user_agent: one.user_agent,
        created_at: one.created_at,
        last_seen_at: one.last_seen_at,
        expires_at: one.expires_at,
    };
    Ok(web::Json(SessionList {
        sessions: listed.into_iter().map(view).collect(),
    }))
}
