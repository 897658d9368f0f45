//! `POST /api/v1/people/verify`

use actix_web::{HttpResponse, web};
use actors::operations::people::verify;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::access::Visitor;
use crate::body::Body;
use crate::errors::ApiError;
use crate::identity::{BegunView, begun};
use crate::state::AppState;

/// A letter's answer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifySignUp {
    /// What stood in the letter's link.
    token: String,
    /// The password chosen at sign-up.
    password: String,
}

/// Finishes a sign-up: makes the person and their organization, and signs them in.
#[utoipa::path(post, path = "/api/v1/people/verify", tag = "people", operation_id = "verify_sign_up", request_body = VerifySignUp,
    responses((status = 201, description = "Signed in; the session is in a cookie", body = BegunView), (status = 401, description = "sign_in_refused"), (status = 410, description = "link_unusable"), (status = 429, description = "too_many_tries")))]
pub async fn handle(
    state: web::Data<AppState>,
    visitor: Visitor,
    body: Body<VerifySignUp>,
) -> Result<HttpResponse, ApiError> {
    let done = verify(&state.people, &visitor.visit, &body.value.token, &body.value.password).await?;
    Ok(begun(HttpResponse::Created(), &done))
}
