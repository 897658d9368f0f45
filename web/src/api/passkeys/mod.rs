//! `/api/v1/passkeys`: adding, naming, removing them, and signing in with one.

pub mod begin_proof;
pub mod begin_registration;
pub mod begin_sign_in;
pub mod finish_registration;
pub mod finish_sign_in;
pub mod remove;
pub mod rename;

use actix_web::HttpResponse;
use actors::operations::passkeys::ChallengeGiven;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A challenge for a passkey, for five minutes and one answer.
#[derive(Serialize, ToSchema)]
#[schema(as = PasskeyChallenge)]
pub(crate) struct ChallengeView {
    /// What comes back with the answer.
    ticket: String,
    /// What goes to `navigator.credentials`, byte strings in base64url.
    #[schema(value_type = Object)]
    options: Value,
}

pub(crate) fn challenge(given: ChallengeGiven) -> HttpResponse {
    HttpResponse::Ok().json(ChallengeView {
        ticket: given.ticket,
        options: given.options,
    })
}
