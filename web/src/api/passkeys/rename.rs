//! `PATCH /api/v1/passkeys/{passkey_id}`

use actix_web::{HttpResponse, web};
use actors::operations::passkeys::rename;
use domain::ids::PasskeyId;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::SignedIn;
use crate::body::Body;
use crate::errors::ApiError;
use crate::state::AppState;

/// The new name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenamePasskey {
    /// 1 to 200 characters.
    name: String,
}

/// Renames one of the passkeys of the person who is signed in.
#[utoipa::path(patch, path = "/api/v1/passkeys/{passkey_id}", tag = "factors", operation_id = "rename_passkey",
    params(("passkey_id" = Uuid, Path, description = "The passkey")), request_body = RenamePasskey,
    responses((status = 204, description = "Renamed"), (status = 404, description = "not_found"),
        (status = 422, description = "name_unusable")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: SignedIn,
    id: web::Path<Uuid>,
    body: Body<RenamePasskey>,
) -> Result<HttpResponse, ApiError> {
    let trail = who.trail(&state);
    rename(&state.people, &who.own(&trail), PasskeyId::new(*id), &body.value.name).await?;
    Ok(HttpResponse::NoContent().finish())
}
