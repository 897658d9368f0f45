//! `POST /api/v1/totp/remove`

use actix_web::{HttpResponse, web};
use actors::operations::totp::remove;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::access::SignedIn;
use crate::api::factors::ProofBody;
use crate::body::Body;
use crate::errors::ApiError;
use crate::state::AppState;

/// That it is really them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveTotp {
    /// The proof.
    proof: ProofBody,
}

/// Removes the authenticator app. (A POST, because the proof stands in the body.)
#[utoipa::path(post, path = "/api/v1/totp/remove", tag = "factors", operation_id = "remove_totp", request_body = RemoveTotp,
    responses((status = 204, description = "Removed"),
        (status = 401, description = "sign_in_refused, code_refused, passkey_refused, ticket_unusable"),
        (status = 404, description = "not_found"), (status = 422, description = "proof_unusable"),
        (status = 429, description = "too_many_tries")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: SignedIn,
    body: Body<RemoveTotp>,
) -> Result<HttpResponse, ApiError> {
    let trail = who.trail(&state);
    remove(&state.factors(), &who.own(&trail), &body.value.proof.proof()?).await?;
    Ok(HttpResponse::NoContent().finish())
}
