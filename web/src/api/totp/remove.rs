//! `POST /api/v1/totp/remove`

use actix_web::{HttpResponse, web};
use actors::operations::totp::remove;

use crate::access::SignedIn;
use crate::api::factors::Proved;
use crate::body::Body;
use crate::errors::ApiError;
use crate::state::AppState;

/// Removes the authenticator app. (A POST, because the proof stands in the body.)
#[utoipa::path(post, path = "/api/v1/totp/remove", tag = "factors", operation_id = "remove_totp", request_body = Proved,
    responses((status = 204, description = "Removed"),
        (status = 401, description = "sign_in_refused, code_refused, passkey_refused, ticket_unusable"),
        (status = 404, description = "not_found"), (status = 422, description = "proof_unusable"),
        (status = 429, description = "too_many_tries")))]
pub async fn handle(state: web::Data<AppState>, who: SignedIn, body: Body<Proved>) -> Result<HttpResponse, ApiError> {
    let trail = who.trail(&state);
    remove(&state.factors(), &who.own(&trail), &body.value.proof()?).await?;
    Ok(HttpResponse::NoContent().finish())
}
