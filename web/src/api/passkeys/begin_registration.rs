//! `POST /api/v1/passkeys/register/begin`

use actix_web::{HttpResponse, web};
use actors::operations::passkeys::begin_registration;

use super::{ChallengeView, challenge};
use crate::access::SignedIn;
use crate::api::factors::Proved;
use crate::body::Body;
use crate::errors::ApiError;
use crate::state::AppState;

/// A challenge for `navigator.credentials.create`.
#[utoipa::path(post, path = "/api/v1/passkeys/register/begin", tag = "factors", operation_id = "begin_passkey",
    request_body = Proved,
    responses((status = 200, description = "The challenge", body = ChallengeView),
        (status = 401, description = "sign_in_refused, code_refused, passkey_refused, ticket_unusable"),
        (status = 409, description = "factor_exists, passkeys_unavailable"), (status = 422, description = "proof_unusable"),
        (status = 429, description = "too_many_tries")))]
pub async fn handle(state: web::Data<AppState>, who: SignedIn, body: Body<Proved>) -> Result<HttpResponse, ApiError> {
    let trail = who.trail(&state);
    let given = begin_registration(&state.factors(), &who.own(&trail), &body.value.proof()?).await?;
    Ok(challenge(given))
}
