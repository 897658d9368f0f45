//! `POST /api/v1/passkeys/register/finish`

use actix_web::{HttpResponse, web};
use actors::operations::passkeys::finish_registration;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::access::SignedIn;
use crate::api::factors::list::PasskeyView;
use crate::body::Body;
use crate::errors::ApiError;
use crate::state::AppState;

/// The browser's answer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinishPasskey {
    /// The challenge's ticket.
    ticket: String,
    /// What to call the passkey.
    name: String,
    /// What `navigator.credentials.create` gave.
    #[schema(value_type = Object)]
    credential: Value,
}

/// A passkey that was added.
#[derive(Serialize, ToSchema)]
pub struct PasskeyAdded {
    /// It.
    passkey: PasskeyView,
    /// The first factor brings recovery codes, which are shown this once.
    recovery_codes: Option<Vec<String>>,
}

/// Keeps a passkey. From now on the password alone is not enough.
#[utoipa::path(post, path = "/api/v1/passkeys/register/finish", tag = "factors", operation_id = "finish_passkey",
    request_body = FinishPasskey,
    responses((status = 201, description = "Added", body = PasskeyAdded),
        (status = 401, description = "passkey_refused, ticket_unusable"), (status = 409, description = "factor_exists"),
        (status = 422, description = "name_unusable")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: SignedIn,
    body: Body<FinishPasskey>,
) -> Result<HttpResponse, ApiError> {
    let trail = who.trail(&state);
    let FinishPasskey {
        ticket,
        name,
        credential,
    } = &body.value;
    let added = finish_registration(&state.people, &who.own(&trail), (ticket, name), credential).await?;
    Ok(HttpResponse::Created().json(PasskeyAdded {
        passkey: added.passkey.into(),
        recovery_codes: added.recovery_codes,
    }))
}
