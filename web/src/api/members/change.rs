//! `POST /api/v1/members/change`

use actix_web::{HttpResponse, web};
use actors::operations::members::{MemberChange, change};
use domain::ids::PersonId;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{locations, role};
use crate::access::{CanChangePeople, Staff};
use crate::body::Body;
use crate::errors::ApiError;
use crate::provenance::Provenance;
use crate::state::AppState;

/// What a member is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeMember {
    /// Who.
    person_id: Uuid,
    /// What they will be.
    role: String,
    /// Where they may change stock; null or left out: everywhere.
    location_ids: Option<Vec<Uuid>>,
}

/// Changes a member's role and limits, up to one's own role. The last owner stays one.
#[utoipa::path(post, path = "/api/v1/members/change", tag = "members", operation_id = "change_member", request_body = ChangeMember,
    responses((status = 204, description = "Changed"), (status = 403, description = "forbidden, role_refused"), (status = 404, description = "not_found"), (status = 422, description = "role_unknown, location_unknown")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanChangePeople>,
    at: Provenance,
    body: Body<ChangeMember>,
) -> Result<HttpResponse, ApiError> {
    let wanted = MemberChange {
        person: PersonId::new(body.value.person_id),
        role: role(&body.value.role)?,
        locations: locations(body.value.location_ids)?,
    };
    who.may_give(wanted.locations.as_deref())?;
    change(&state.people, &who.decider(&at, &state), wanted).await?;
    state.forget_sessions();
    Ok(HttpResponse::NoContent().finish())
}
