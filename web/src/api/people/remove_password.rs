//! `POST /api/v1/people/me/password/remove`

use actix_web::{HttpResponse, web};
use actors::operations::people::remove_password;

use crate::access::SignedIn;
use crate::api::factors::Proved;
use crate::body::Body;
use crate::errors::ApiError;
use crate::state::AppState;

/// Takes the password away from somebody who has another way in, and ends their other sessions. (A POST, because the proof stands
/// in the body.)
#[utoipa::path(post, path = "/api/v1/people/me/password/remove", tag = "people", operation_id = "remove_my_password",
    request_body = Proved,
    responses((status = 204, description = "Removed"),
        (status = 401, description = "sign_in_refused, code_refused, passkey_refused, ticket_unusable"),
        (status = 404, description = "not_found"), (status = 409, description = "last_way_in"),
        (status = 422, description = "proof_unusable"), (status = 429, description = "too_many_tries")))]
pub async fn handle(state: web::Data<AppState>, who: SignedIn, body: Body<Proved>) -> Result<HttpResponse, ApiError> {
    let trail = who.trail(&state);
    let (own, proof) = (who.own(&trail), body.value.proof()?);
    remove_password(&state.factors(), &own, who.session.id, &proof).await?;
    state.forget_sessions();
    Ok(HttpResponse::NoContent().finish())
}
