//! `GET /api/v1/sessions/current`

use actix_web::web;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::SignedIn;
use crate::state::AppState;

/// What the session that asks may do.
#[derive(Serialize, ToSchema)]
pub struct CurrentSession {
    /// Its id.
    id: Uuid,
    /// Whose.
    person_id: Uuid,
    /// The organization it acts for.
    organization_id: Option<Uuid>,
    /// What its person is there.
    role: Option<&'static str>,
    /// The role it is narrowed to.
    see_as: Option<&'static str>,
    /// What it may do.
    permissions: Vec<&'static str>,
    /// What writes must carry as `X-CSRF-Token`.
    csrf_token: String,
}

/// The session that asks, and what it may do.
#[utoipa::path(get, path = "/api/v1/sessions/current", tag = "sessions", operation_id = "get_current_session",
    responses((status = 200, description = "The session", body = CurrentSession)))]
pub async fn handle(_state: web::Data<AppState>, who: SignedIn) -> web::Json<CurrentSession> {
    let acting = who.session.membership.as_ref();
    web::Json(CurrentSession {
        id: who.session.id.uuid(),
        person_id: who.session.person.uuid(),
        organization_id: acting.map(|one| one.org.uuid()),
        role: acting.map(|one| one.role.word()),
        see_as: who.session.see_as.map(domain::access::Role::word),
        permissions: who.permissions().words(),
        csrf_token: who.csrf_token.clone(),
    })
}
