//! `POST /api/v1/invitations`

use actix_web::{HttpResponse, web};
use actors::operations::invitations::{NewInvitation, create};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::InvitationView;
use crate::access::{CanInvitePeople, Staff};
use crate::api::members::{locations, role};
use crate::body::Body;
use crate::errors::ApiError;
use crate::provenance::Provenance;
use crate::state::AppState;

/// Whom to invite as what.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateInvitation {
    /// Their address.
    email: String,
    /// What they will be.
    role: String,
    /// Where they may change stock; null or left out: everywhere.
    location_ids: Option<Vec<Uuid>>,
}

/// Invites somebody by mail, up to one's own role, in the place of an earlier invitation to the address.
#[utoipa::path(post, path = "/api/v1/invitations", tag = "invitations", operation_id = "create_invitation", request_body = CreateInvitation,
    responses((status = 201, description = "A letter is on its way", body = InvitationView), (status = 403, description = "forbidden, role_refused"), (status = 409, description = "member_already"), (status = 422, description = "email_unusable, role_unknown, location_unknown")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanInvitePeople>,
    at: Provenance,
    body: Body<CreateInvitation>,
) -> Result<HttpResponse, ApiError> {
    let new = NewInvitation {
        email: body.value.email,
        role: role(&body.value.role)?,
        locations: locations(body.value.location_ids)?,
    };
    who.may_give(new.locations.as_deref())?;
    let made = create(&state.people, &who.decider(&at, &state), new).await?;
    Ok(HttpResponse::Created().json(InvitationView::from(made)))
}
