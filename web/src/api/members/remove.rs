//! `DELETE /api/v1/members/{person_id}`

use actix_web::{HttpResponse, web};
use actors::operations::members::remove;
use domain::ids::PersonId;
use uuid::Uuid;

use crate::access::{CanChangePeople, Staff};
use crate::errors::ApiError;
use crate::provenance::Provenance;
use crate::state::AppState;

/// Removes a member, up to one's own role. The last owner stays.
#[utoipa::path(delete, path = "/api/v1/members/{person_id}", tag = "members", operation_id = "remove_member", params(("person_id" = Uuid, Path, description = "The member")),
    responses((status = 204, description = "Removed"), (status = 403, description = "forbidden, role_refused"), (status = 404, description = "not_found")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanChangePeople>,
    at: Provenance,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, ApiError> {
    remove(&state.people, &who.decider(&at, &state), PersonId::new(*id)).await?;
    state.forget_sessions();
    Ok(HttpResponse::NoContent().finish())
}
