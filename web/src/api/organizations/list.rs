//! `GET /api/v1/organizations`

use actix_web::web;
use serde::Serialize;
use storage::memberships;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::SignedIn;
use crate::errors::ApiError;
use crate::state::AppState;

/// An organization of the person who is signed in.
#[derive(Serialize, ToSchema)]
pub struct OwnOrganizationView {
    /// Its id.
    id: Uuid,
    /// What it is called.
    name: String,
    /// What the person is there.
    role: &'static str,
}

/// All of them.
#[derive(Serialize, ToSchema)]
pub struct OwnOrganizationList {
    /// By name.
    organizations: Vec<OwnOrganizationView>,
}

/// The organizations that the person who is signed in is a member of.
#[utoipa::path(get, path = "/api/v1/organizations", tag = "organizations", operation_id = "list_my_organizations",
    responses((status = 200, description = "The organizations", body = OwnOrganizationList)))]
pub async fn handle(state: web::Data<AppState>, who: SignedIn) -> Result<web::Json<OwnOrganizationList>, ApiError> {
    let mine = memberships::list_of_person(&state.people.identities, who.session.person).await?;
    let view = |one: memberships::OwnOrganization| OwnOrganizationView {
        id: one.id.uuid(),
        name: one.name,
        role: one.role.word(),
    };
    Ok(web::Json(OwnOrganizationList {
        organizations: mine.into_iter().map(view).collect(),
    }))
}
