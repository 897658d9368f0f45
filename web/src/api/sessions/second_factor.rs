//! `POST /api/v1/sessions/second-factor`

use actix_web::{HttpResponse, web};
use actors::operations::sessions::{Second, second_factor};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::access::Visitor;
use crate::body::Body;
use crate::errors::{ApiError, Code};
use crate::identity::{BegunView, begun};
use crate::state::AppState;

/// What comes second: a code, or a passkey's answer to `POST /api/v1/sessions/second-factor/passkey`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondFactor {
    /// The ticket of the first half.
    ticket: String,
    /// Six digits of the authenticator app, or a recovery code.
    code: Option<String>,
    /// What `navigator.credentials.get` gave.
    #[schema(value_type = Option<Object>)]
    credential: Option<Value>,
}

/// Ends signing in. A wrong code is counted and leaves the ticket; a right one uses it up.
#[utoipa::path(post, path = "/api/v1/sessions/second-factor", tag = "sessions", operation_id = "give_second_factor",
    request_body = SecondFactor,
    responses((status = 201, description = "Signed in; the session is in a cookie", body = BegunView),
        (status = 401, description = "code_refused, passkey_refused, ticket_unusable"),
        (status = 422, description = "proof_unusable"), (status = 429, description = "too_many_tries"),
        (status = 503, description = "vault_closed")))]
pub async fn handle(
    state: web::Data<AppState>,
    visitor: Visitor,
    body: Body<SecondFactor>,
) -> Result<HttpResponse, ApiError> {
    let SecondFactor {
        ticket,
        code,
        credential,
    } = &body.value;
    let second = match (code, credential) {
        (Some(code), None) => Second::Code(code),
        (None, Some(answer)) => Second::Passkey(answer),
        _ => return Err(ApiError::new(Code::ProofUnusable)),
    };
    let done = second_factor(&state.factors(), &visitor.visit, ticket, &second).await?;
    Ok(begun(HttpResponse::Created(), &done))
}
