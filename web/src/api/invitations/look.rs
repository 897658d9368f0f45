//! `POST /api/v1/invitations/look`

use actix_web::{HttpResponse, web};
use actors::operations::invitations::look;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Visitor;
use crate::body::Body;
use crate::errors::ApiError;
use crate::state::AppState;

/// Which one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookAtInvitation {
    /// What stood in the letter's link.
    token: String,
}

/// What is offered.
#[derive(Serialize, ToSchema)]
pub struct OfferView {
    /// What the organization is called.
    organization: String,
    /// Who is invited.
    email: String,
    /// As what.
    role: &'static str,
    /// Whether the address has an account, whose password it takes to accept.
    has_account: bool,
}

/// What an invitation offers, for whoever has its letter.
#[utoipa::path(post, path = "/api/v1/invitations/look", tag = "invitations", operation_id = "look_at_invitation", request_body = LookAtInvitation,
    responses((status = 200, description = "The offer", body = OfferView), (status = 410, description = "link_unusable")))]
pub async fn handle(
    state: web::Data<AppState>,
    _visitor: Visitor,
    body: Body<LookAtInvitation>,
) -> Result<HttpResponse, ApiError> {
    let (offer, has_account) = look(&state.people, &body.value.token).await?;
    Ok(HttpResponse::Ok().json(OfferView {
        organization: offer.organization_name,
        email: offer.email,
        role: offer.role.word(),
        has_account,
    }))
}
