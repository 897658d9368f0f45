//! `POST /api/v1/people/me/password`

use actix_web::{HttpResponse, web};
use actors::operations::people::change_password;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::access::SignedIn;
use crate::body::Body;
use crate::errors::ApiError;
use crate::state::AppState;

/// The old and the new one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password so far.
    current: String,
    /// 12 to 256 characters.
    new: String,
}

/// Changes the password and ends the other sessions.
#[utoipa::path(post, path = "/api/v1/people/me/password", tag = "people", operation_id = "change_my_password", request_body = ChangePassword,
    responses((status = 204, description = "Changed"), (status = 401, description = "sign_in_refused"), (status = 422, description = "password_refused"), (status = 429, description = "too_many_tries")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: SignedIn,
    body: Body<ChangePassword>,
) -> Result<HttpResponse, ApiError> {
    let owner = (who.session.person, who.session.id, who.org());
    let passwords = (body.value.current.as_str(), body.value.new.as_str());
    change_password(&state.people, owner, passwords, &who.trail(&state)).await?;
    state.forget_sessions();
    Ok(HttpResponse::NoContent().finish())
}
