//! `GET /api/v1/members`

use actix_web::web;
use jiff::Timestamp;
use serde::Serialize;
use storage::memberships;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{CanReadPeople, Staff};
use crate::errors::ApiError;
use crate::state::AppState;

/// A person in the organization.
#[derive(Serialize, ToSchema)]
#[schema(as = Member)]
pub struct MemberView {
    /// Their id.
    person_id: Uuid,
    /// Their address.
    email: String,
    /// What they are called.
    name: String,
    /// What they are here.
    role: &'static str,
    /// Where they may change stock; null: everywhere.
    location_ids: Option<Vec<Uuid>>,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
}

/// All of them.
#[derive(Serialize, ToSchema)]
pub struct MemberList {
    /// The longest-standing first.
    members: Vec<MemberView>,
}

/// The members of the organization.
#[utoipa::path(get, path = "/api/v1/members", tag = "members", operation_id = "list_members",
    responses((status = 200, description = "The members", body = MemberList), (status = 403, description = "forbidden")))]
pub async fn handle(state: web::Data<AppState>, who: Staff<CanReadPeople>) -> Result<web::Json<MemberList>, ApiError> {
    let tx = state.people.tenants.begin(who.org()).await?;
    let listed = memberships::list(&tx).await?;
    tx.commit().await?;
    let view = |one: memberships::Member| MemberView {
        person_id: one.membership.person.uuid(),
        email: one.email,
        name: one.name,
        role: one.membership.role.word(),
        location_ids: one
            .membership
            .locations
            .map(|ids| ids.iter().map(|id| id.uuid()).collect()),
        since: one.since,
    };
    Ok(web::Json(MemberList {
        members: listed.into_iter().map(view).collect(),
    }))
}
