//! `POST /api/v1/people/me/email`

use actix_web::{HttpResponse, web};
use actors::operations::people::change_email;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::access::SignedIn;
use crate::api::factors::ProofBody;
use crate::body::Body;
use crate::errors::ApiError;
use crate::state::AppState;

/// Where to, and that it is really them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeEmail {
    /// The new address.
    email: String,
    /// The proof.
    proof: ProofBody,
}

/// Asks for another address. A letter goes there, and one to the old address. The answer is the same whether the new address
/// has an account or not.
#[utoipa::path(post, path = "/api/v1/people/me/email", tag = "people", operation_id = "change_my_email", request_body = ChangeEmail,
    responses((status = 202, description = "A letter is on its way"),
        (status = 401, description = "sign_in_refused, code_refused, passkey_refused, ticket_unusable"),
        (status = 422, description = "email_unusable, proof_unusable"), (status = 429, description = "too_many_tries")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: SignedIn,
    body: Body<ChangeEmail>,
) -> Result<HttpResponse, ApiError> {
    let trail = who.trail(&state);
    let new = (who.session.id, body.value.email.as_str());
    change_email(&state.factors(), &who.own(&trail), new, &body.value.proof.proof()?).await?;
    Ok(HttpResponse::Accepted().finish())
}
