//! `POST /api/v1/sessions/current/see-as`

use actix_web::{HttpResponse, web};
use actors::operations::sessions::see_as;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::access::SignedIn;
use crate::api::members::role;
use crate::body::Body;
use crate::errors::ApiError;
use crate::state::AppState;

/// As whom.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeeAs {
    /// A role; null to be oneself again.
    role: Option<String>,
}

/// Narrows the session to what a role may do. It never widens.
#[utoipa::path(post, path = "/api/v1/sessions/current/see-as", tag = "sessions", operation_id = "see_as_role", request_body = SeeAs,
    responses((status = 204, description = "Narrowed"), (status = 422, description = "role_unknown")))]
pub async fn handle(state: web::Data<AppState>, who: SignedIn, body: Body<SeeAs>) -> Result<HttpResponse, ApiError> {
    let role = body.value.role.as_deref().map(role).transpose()?;
    see_as(&state.people, (who.session.id, who.org()), role, &who.trail(&state)).await?;
    state.forget_sessions();
    Ok(HttpResponse::NoContent().finish())
}
