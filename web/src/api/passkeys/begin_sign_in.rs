//! `POST /api/v1/passkeys/sign-in/begin`

use actix_web::{HttpResponse, web};
use actors::operations::passkeys::begin_sign_in;

use super::{ChallengeView, challenge};
use crate::access::Visitor;
use crate::errors::ApiError;
use crate::state::AppState;

/// A challenge for `navigator.credentials.get` that any passkey of this hub may answer.
#[utoipa::path(post, path = "/api/v1/passkeys/sign-in/begin", tag = "sessions", operation_id = "begin_passkey_sign_in",
    responses((status = 200, description = "The challenge", body = ChallengeView),
        (status = 409, description = "passkeys_unavailable")))]
pub async fn handle(state: web::Data<AppState>, _visitor: Visitor) -> Result<HttpResponse, ApiError> {
    Ok(challenge(begin_sign_in(&state.people).await?))
}
