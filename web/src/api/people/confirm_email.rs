//! `POST /api/v1/people/confirm-email`

use actix_web::{HttpResponse, web};
use actors::operations::people::confirm_email;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::access::Visitor;
use crate::body::Body;
use crate::errors::ApiError;
use crate::state::AppState;

/// A letter's answer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmEmail {
    /// What stood in the letter's link.
    token: String,
}

/// Moves an account to the address that the letter went to. Its other sessions end.
#[utoipa::path(post, path = "/api/v1/people/confirm-email", tag = "people", operation_id = "confirm_my_email", request_body = ConfirmEmail,
    responses((status = 204, description = "Moved"), (status = 410, description = "link_unusable")))]
pub async fn handle(
    state: web::Data<AppState>,
    visitor: Visitor,
    body: Body<ConfirmEmail>,
) -> Result<HttpResponse, ApiError> {
    confirm_email(&state.people, &visitor.visit, &body.value.token).await?;
    state.forget_sessions();
    Ok(HttpResponse::NoContent().finish())
}
