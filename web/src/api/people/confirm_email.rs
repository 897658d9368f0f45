//! `POST /api/v1/people/confirm-email`

use actix_web::{HttpResponse, web};
use actors::operations::people::confirm_email;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::access::SignedIn;
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

/// Moves one's own account to the address that the letter went to. Its other sessions end.
#[utoipa::path(post, path = "/api/v1/people/confirm-email", tag = "people", operation_id = "confirm_my_email", request_body = ConfirmEmail,
    responses((status = 204, description = "Moved"), (status = 401, description = "unauthenticated"), (status = 410, description = "link_unusable")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: SignedIn,
    body: Body<ConfirmEmail>,
) -> Result<HttpResponse, ApiError> {
    let trail = who.trail(&state);
    confirm_email(&state.people, &who.own(&trail), &body.value.token).await?;
    state.forget_sessions();
    Ok(HttpResponse::NoContent().finish())
}
