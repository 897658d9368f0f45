//! `POST /api/v1/passkeys/sign-in/finish`

use actix_web::{HttpResponse, web};
use actors::operations::passkeys::finish_sign_in;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::access::Visitor;
use crate::body::Body;
use crate::errors::ApiError;
use crate::identity::{BegunView, begun};
use crate::state::AppState;

/// The browser's answer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinishPasskeySignIn {
    /// The challenge's ticket.
    ticket: String,
    /// What `navigator.credentials.get` gave.
    #[schema(value_type = Object)]
    credential: Value,
}

/// Signs in whoever the passkey belongs to. It asked for their finger, face or PIN, so nothing else is asked.
#[utoipa::path(post, path = "/api/v1/passkeys/sign-in/finish", tag = "sessions", operation_id = "finish_passkey_sign_in",
    request_body = FinishPasskeySignIn,
    responses((status = 201, description = "Signed in; the session is in a cookie", body = BegunView),
        (status = 401, description = "passkey_refused, ticket_unusable")))]
pub async fn handle(
    state: web::Data<AppState>,
    visitor: Visitor,
    body: Body<FinishPasskeySignIn>,
) -> Result<HttpResponse, ApiError> {
    let FinishPasskeySignIn { ticket, credential } = &body.value;
    let done = finish_sign_in(&state.people, &visitor.visit, ticket, credential).await?;
    Ok(begun(HttpResponse::Created(), &done))
}
