//! `POST /api/v1/passkeys/{passkey_id}/remove`

use actix_web::{HttpResponse, web};
use actors::operations::passkeys::remove;
use domain::ids::PasskeyId;
use uuid::Uuid;

use crate::access::SignedIn;
use crate::api::factors::Proved;
use crate::body::Body;
use crate::errors::ApiError;
use crate::state::AppState;

/// Removes one of the passkeys of the person who is signed in. (A POST, because the proof stands in the body.)
#[utoipa::path(post, path = "/api/v1/passkeys/{passkey_id}/remove", tag = "factors", operation_id = "remove_passkey",
    params(("passkey_id" = Uuid, Path, description = "The passkey")), request_body = Proved,
    responses((status = 204, description = "Removed"),
        (status = 401, description = "sign_in_refused, code_refused, passkey_refused, ticket_unusable"),
        (status = 404, description = "not_found"), (status = 409, description = "last_way_in"),
        (status = 422, description = "proof_unusable"), (status = 429, description = "too_many_tries")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: SignedIn,
    id: web::Path<Uuid>,
    body: Body<Proved>,
) -> Result<HttpResponse, ApiError> {
    let trail = who.trail(&state);
    let (own, proof) = (who.own(&trail), body.value.proof()?);
    remove(&state.factors(), &own, PasskeyId::new(*id), &proof).await?;
    Ok(HttpResponse::NoContent().finish())
}
