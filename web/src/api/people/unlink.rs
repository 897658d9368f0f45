//! `DELETE /api/v1/people/me/identities/{identity_id}`

use actix_web::{HttpResponse, web};
use actors::operations::sign_on::unlink;
use domain::ids::ExternalIdentityId;
use uuid::Uuid;

use crate::access::SignedIn;
use crate::errors::ApiError;
use crate::state::AppState;

/// Takes a provider's word away, unless it is the last way in.
#[utoipa::path(delete, path = "/api/v1/people/me/identities/{identity_id}", tag = "people", operation_id = "unlink_identity",
    params(("identity_id" = Uuid, Path, description = "The identity")),
    responses((status = 204, description = "Unlinked"), (status = 404, description = "not_found"), (status = 409, description = "last_way_in")))]
pub async fn handle(state: web::Data<AppState>, who: SignedIn, id: web::Path<Uuid>) -> Result<HttpResponse, ApiError> {
    let owner = (who.session.person, who.org());
    unlink(&state.people, owner, ExternalIdentityId::new(*id), &who.trail(&state)).await?;
    Ok(HttpResponse::NoContent().finish())
}
