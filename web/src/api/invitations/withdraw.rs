//! `DELETE /api/v1/invitations/{invitation_id}`

use actix_web::{HttpResponse, web};
use actors::operations::invitations::withdraw;
use domain::ids::InvitationId;
use uuid::Uuid;

use crate::access::{CanInvitePeople, Staff};
use crate::errors::ApiError;
use crate::provenance::Provenance;
use crate::state::AppState;

/// Takes an invitation back.
#[utoipa::path(delete, path = "/api/v1/invitations/{invitation_id}", tag = "invitations", operation_id = "withdraw_invitation", params(("invitation_id" = Uuid, Path, description = "The invitation")),
    responses((status = 204, description = "Withdrawn"), (status = 403, description = "forbidden"), (status = 404, description = "not_found")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanInvitePeople>,
    at: Provenance,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, ApiError> {
    withdraw(&state.people, &who.decider(&at, &state), InvitationId::new(*id)).await?;
    Ok(HttpResponse::NoContent().finish())
}
