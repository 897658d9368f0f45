//! `POST /api/v1/sessions/second-factor/passkey`

use actix_web::{HttpResponse, web};
use actors::operations::sessions::challenge_second;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::access::Visitor;
use crate::body::Body;
use crate::errors::ApiError;
use crate::state::AppState;

/// Whose passkey is to answer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChallengeSecond {
    /// The ticket of the first half.
    ticket: String,
}

/// A challenge, for one answer.
#[derive(Serialize, ToSchema)]
pub struct SecondChallenge {
    /// What goes to `navigator.credentials.get`.
    #[schema(value_type = Object)]
    options: Value,
}

/// A challenge for a passkey of whoever's password was right. A newer one takes the place of an older.
#[utoipa::path(post, path = "/api/v1/sessions/second-factor/passkey", tag = "sessions",
    operation_id = "challenge_second_factor", request_body = ChallengeSecond,
    responses((status = 200, description = "The challenge", body = SecondChallenge),
        (status = 401, description = "ticket_unusable"), (status = 404, description = "not_found")))]
pub async fn handle(
    state: web::Data<AppState>,
    _visitor: Visitor,
    body: Body<ChallengeSecond>,
) -> Result<HttpResponse, ApiError> {
    let options = challenge_second(&state.people, &body.value.ticket).await?;
    Ok(HttpResponse::Ok().json(SecondChallenge { options }))
}
