//! `POST /api/v1/passkeys/prove/begin`

use actix_web::{HttpResponse, web};
use actors::operations::passkeys::begin_proof;

use super::{ChallengeView, challenge};
use crate::access::SignedIn;
use crate::errors::ApiError;
use crate::state::AppState;

/// A challenge for one of the passkeys of the person who is signed in: its answer is a `proof`.
#[utoipa::path(post, path = "/api/v1/passkeys/prove/begin", tag = "factors", operation_id = "begin_passkey_proof",
    responses((status = 200, description = "The challenge", body = ChallengeView), (status = 404, description = "not_found")))]
pub async fn handle(state: web::Data<AppState>, who: SignedIn) -> Result<HttpResponse, ApiError> {
    let trail = who.trail(&state);
    Ok(challenge(begin_proof(&state.people, &who.own(&trail)).await?))
}
