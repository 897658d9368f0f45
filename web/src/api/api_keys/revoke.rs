//! `DELETE /api/v1/api-keys/{key_id}`

use actix_web::{HttpResponse, web};
use actors::operations::api_keys::revoke;
use domain::ids::ApiKeyId;
use uuid::Uuid;

use crate::access::{CanRevokeKeys, Staff};
use crate::errors::ApiError;
use crate::provenance::Provenance;
use crate::state::AppState;

/// Makes an API key useless, within 10 seconds on every node.
#[utoipa::path(delete, path = "/api/v1/api-keys/{key_id}", tag = "api keys", operation_id = "revoke_api_key", params(("key_id" = Uuid, Path, description = "The key")),
    responses((status = 204, description = "Revoked"), (status = 403, description = "forbidden"), (status = 404, description = "not_found")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanRevokeKeys>,
    at: Provenance,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, ApiError> {
    revoke(&state.people, &who.decider(&at, &state), ApiKeyId::new(*id)).await?;
    state.machines.forget_all();
    Ok(HttpResponse::NoContent().finish())
}
