//! `POST /api/v1/sessions`

use actix_web::{HttpResponse, web};
use actors::operations::sessions::begin;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::access::Visitor;
use crate::body::Body;
use crate::errors::ApiError;
use crate::identity::{BegunView, SecondFactorView, signed_in};
use crate::state::AppState;

/// Who signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginSession {
    /// Their address.
    email: String,
    /// Their password.
    password: String,
}

/// Signs somebody in, or asks for their second factor. An unknown address gets the same answer as a wrong password, after the same time.
#[utoipa::path(post, path = "/api/v1/sessions", tag = "sessions", operation_id = "begin_session", request_body = BeginSession,
    responses((status = 201, description = "Signed in; the session is in a cookie", body = BegunView), (status = 202, description = "The password is right; a second factor is missing", body = SecondFactorView), (status = 401, description = "sign_in_refused"), (status = 422, description = "email_unusable"), (status = 429, description = "too_many_tries")))]
pub async fn handle(
    state: web::Data<AppState>,
    visitor: Visitor,
    body: Body<BeginSession>,
) -> Result<HttpResponse, ApiError> {
    let done = begin(&state.people, &visitor.visit, &body.value.email, &body.value.password).await?;
    Ok(signed_in(done))
}
