//! `POST /api/v1/organizations`

use actix_web::{HttpResponse, web};
use actors::operations::organizations;
use serde::Deserialize;
use utoipa::ToSchema;

use super::OrganizationView;
use crate::access::SignedIn;
use crate::body::Body;
use crate::errors::ApiError;
use crate::state::AppState;

/// What it is to be called.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateOrganization {
    /// 1 to 200 characters on one line.
    name: String,
}

/// Creates another organization with the person who is signed in as its owner.
#[utoipa::path(post, path = "/api/v1/organizations", tag = "organizations", operation_id = "create_organization", request_body = CreateOrganization,
    responses((status = 201, description = "Created; switch to act for it", body = OrganizationView), (status = 422, description = "name_unusable")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: SignedIn,
    body: Body<CreateOrganization>,
) -> Result<HttpResponse, ApiError> {
    let made = organizations::create(&state.people, who.session.person, &body.value.name, &who.trail(&state)).await?;
    Ok(HttpResponse::Created().json(OrganizationView::from(made)))
}
