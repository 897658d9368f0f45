//! `GET /api/v1/factors`

use actix_web::web;
use jiff::Timestamp;
use serde::Serialize;
use storage::passkeys::{self, StoredPasskey};
use storage::people::{self, NO_PASSWORD};
use storage::{recovery_codes, totp_secrets};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::SignedIn;
use crate::errors::ApiError;
use crate::state::AppState;

/// What the person who is signed in can prove themselves with.
#[derive(Serialize, ToSchema)]
pub struct OwnFactors {
    /// Whether there is a password.
    has_password: bool,
    /// Since when an authenticator app counts.
    #[schema(value_type = Option<String>, format = DateTime)]
    totp_since: Option<Timestamp>,
    /// Recovery codes that were not used yet.
    recovery_codes_left: i64,
    /// Their passkeys.
    passkeys: Vec<PasskeyView>,
}

/// A passkey.
#[derive(Serialize, ToSchema)]
#[schema(as = Passkey)]
pub struct PasskeyView {
    /// Its id.
    id: Uuid,
    /// What its person calls it.
    name: String,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it last proved something.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Timestamp>,
}

impl From<StoredPasskey> for PasskeyView {
    fn from(passkey: StoredPasskey) -> Self {
        Self {
            id: passkey.id.uuid(),
            name: passkey.name,
            created_at: passkey.created_at,
            last_used_at: passkey.last_used_at,
        }
    }
}

/// Whether there is a password, the authenticator app, the recovery codes that are left, and the passkeys of the person who is signed in.
#[utoipa::path(get, path = "/api/v1/factors", tag = "factors", operation_id = "list_my_factors",
    responses((status = 200, description = "The factors", body = OwnFactors)))]
pub async fn handle(state: web::Data<AppState>, who: SignedIn) -> Result<web::Json<OwnFactors>, ApiError> {
    let (identities, person) = (&state.people.identities, who.session.person);
    let passkeys = passkeys::list(identities, person).await?;
    let found = people::find(identities, person).await?;
    Ok(web::Json(OwnFactors {
        has_password: found.is_some_and(|person| person.password_hash != NO_PASSWORD),
        totp_since: totp_secrets::find_since(identities, person).await?,
        recovery_codes_left: recovery_codes::count(identities, person).await?,
        passkeys: passkeys.into_iter().map(PasskeyView::from).collect(),
    }))
}
