//! `POST /api/v1/platform-settings/backup`

use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};
use actors::operations::platform_settings::{Asked, back_up};
use domain::secrets::SecretText;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{check_passphrase, means, trail};
use crate::access::{CanBackUpSettings, Staff};
use crate::body::Body;
use crate::errors::ApiError;
use crate::state::AppState;

/// How to lock the file.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BackUpPlatformSettings {
    /// Whoever has the file and this can read every secret. Cannot be recovered.
    #[schema(value_type = String, min_length = 12, max_length = 1024, format = Password)]
    passphrase: SecretText,
}

/// All platforms' settings with their secrets, as a file that only the passphrase opens.
#[utoipa::path(post, path = "/api/v1/platform-settings/backup", tag = "settings",
    operation_id = "back_up_platform_settings", request_body = BackUpPlatformSettings,
    responses((status = 200, description = "The file", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 422, description = "out_of_bounds"), (status = 500, description = "secret_refused"),
        (status = 503, description = "vault_closed")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanBackUpSettings>,
    request: HttpRequest,
    body: Body<BackUpPlatformSettings>,
) -> Result<HttpResponse, ApiError> {
    check_passphrase(body.value.passphrase.reveal())?;
    let trail = trail(&state, &who, &request)?;
    let asked = Asked {
        org: who.org(),
        trail: &trail,
    };
    let file = back_up(&means(&state), &asked, body.value.passphrase).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/octet-stream"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"entrepot-settings.backup\""))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(file))
}
