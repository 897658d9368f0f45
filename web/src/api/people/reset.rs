//! `POST /api/v1/people/reset`

use actix_web::{HttpResponse, web};
use actors::operations::people::reset;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::access::Visitor;
use crate::body::Body;
use crate::errors::ApiError;
use crate::state::AppState;

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    /// What stood in the letter's link.
    token: String,
    /// 12 to 256 characters.
    password: String,
}

/// Sets a new password by a letter's token and ends all sessions of its person.
#[utoipa::path(post, path = "/api/v1/people/reset", tag = "people", operation_id = "reset_password", request_body = ResetPassword,
    responses((status = 204, description = "Sign in with it"), (status = 410, description = "link_unusable"), (status = 422, description = "password_refused")))]
pub async fn handle(
    state: web::Data<AppState>,
    visitor: Visitor,
    body: Body<ResetPassword>,
) -> Result<HttpResponse, ApiError> {
    reset(&state.people, &visitor.visit, &body.value.token, &body.value.password).await?;
    state.forget_sessions();
    Ok(HttpResponse::NoContent().finish())
}
