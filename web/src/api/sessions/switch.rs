//! `POST /api/v1/sessions/current/switch`

use actix_web::http::header::SET_COOKIE;
use actix_web::{HttpResponse, web};
use actors::operations::sessions::switch;
use domain::ids::OrgId;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::SignedIn;
use crate::body::Body;
use crate::errors::ApiError;
use crate::identity::{SwitchedView, cookie, csrf_token};
use crate::state::AppState;

/// Where to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SwitchOrganization {
    /// One of the person's organizations.
    organization_id: Uuid,
}

/// Lets the session act for another organization, under a new cookie; the old one is dead.
#[utoipa::path(post, path = "/api/v1/sessions/current/switch", tag = "sessions", operation_id = "switch_organization", request_body = SwitchOrganization,
    responses((status = 200, description = "Switched", body = SwitchedView), (status = 404, description = "not_found")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: SignedIn,
    body: Body<SwitchOrganization>,
) -> Result<HttpResponse, ApiError> {
    let owner = (who.session.person, who.session.id, who.token_hash);
    let org = OrgId::new(body.value.organization_id);
    let token = switch(&state.people, owner, org, &who.trail(&state)).await?;
    state.forget_sessions();
    let mut response = HttpResponse::Ok();
    response.insert_header((SET_COOKIE, cookie(&token)));
    Ok(response.json(SwitchedView {
        organization_id: org.uuid(),
        csrf_token: csrf_token(&token),
    }))
}
