//! `PATCH /api/v1/organization`

use actix_web::{HttpResponse, web};
use actors::operations::organizations;
use serde::Deserialize;
use utoipa::ToSchema;

use super::OrganizationView;
use crate::access::{CanWriteOrganization, Staff};
use crate::body::Body;
use crate::errors::ApiError;
use crate::provenance::Provenance;
use crate::state::AppState;

/// A new name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameOrganization {
    /// 1 to 200 characters on one line.
    name: String,
}

/// Renames the organization that the caller acts for.
#[utoipa::path(patch, path = "/api/v1/organization", tag = "organizations", operation_id = "rename_organization", request_body = RenameOrganization,
    responses((status = 200, description = "Afterwards", body = OrganizationView), (status = 403, description = "forbidden"), (status = 422, description = "name_unusable")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanWriteOrganization>,
    at: Provenance,
    body: Body<RenameOrganization>,
) -> Result<HttpResponse, ApiError> {
    let decider = who.decider(&at, &state);
    let renamed = organizations::rename(&state.people, &decider, &body.value.name).await?;
    Ok(HttpResponse::Ok().json(OrganizationView::from(renamed)))
}
