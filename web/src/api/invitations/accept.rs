//! `POST /api/v1/invitations/accept`

use actix_web::{HttpResponse, web};
use actors::operations::invitations::accept;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::access::Visitor;
use crate::body::Body;
use crate::errors::ApiError;
use crate::identity::{BegunView, SecondFactorView, signed_in};
use crate::state::AppState;

/// Who accepts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    /// What stood in the letter's link.
    token: String,
    /// That of the account; for somebody new, the one they choose.
    password: String,
    /// What somebody new is called.
    name: Option<String>,
}

/// Accepts an invitation and signs the person in, or asks for their second factor.
#[utoipa::path(post, path = "/api/v1/invitations/accept", tag = "invitations", operation_id = "accept_invitation", request_body = AcceptInvitation,
    responses((status = 201, description = "Signed in; the session is in a cookie", body = BegunView), (status = 202, description = "The password is right; a second factor is missing", body = SecondFactorView), (status = 401, description = "sign_in_refused"), (status = 409, description = "member_already"), (status = 410, description = "link_unusable"), (status = 422, description = "password_refused, name_unusable"), (status = 429, description = "too_many_tries")))]
pub async fn handle(
    state: web::Data<AppState>,
    visitor: Visitor,
    body: Body<AcceptInvitation>,
) -> Result<HttpResponse, ApiError> {
    let proof = (body.value.password.as_str(), body.value.name.as_deref());
    let done = accept(&state.people, &visitor.visit, &body.value.token, proof).await?;
    Ok(signed_in(done))
}
