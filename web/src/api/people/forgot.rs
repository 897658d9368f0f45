//! `POST /api/v1/people/forgot`

use actix_web::{HttpResponse, web};
use actors::operations::people::forgot;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::access::Visitor;
use crate::body::Body;
use crate::errors::ApiError;
use crate::state::AppState;

/// Whose password is forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgotPassword {
    /// Their address.
    email: String,
}

/// Has a letter sent with a way to a new password, if the address has an account; the answer is the same if not.
#[utoipa::path(post, path = "/api/v1/people/forgot", tag = "people", operation_id = "forgot_password", request_body = ForgotPassword,
    responses((status = 202, description = "If there is an account, a letter is on its way"), (status = 422, description = "email_unusable"), (status = 429, description = "too_many_tries")))]
pub async fn handle(
    state: web::Data<AppState>,
    visitor: Visitor,
    body: Body<ForgotPassword>,
) -> Result<HttpResponse, ApiError> {
    forgot(&state.people, &visitor.visit, &body.value.email).await?;
    Ok(HttpResponse::Accepted().finish())
}
