//! `POST /api/v1/platform-settings/restore`

use actix_web::{HttpRequest, web};
use actors::operations::platform_settings::{Asked, restore};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::secrets::SecretText;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{check_passphrase, means, trail};
use crate::access::{CanBackUpSettings, Staff};
use crate::body::Body;
use crate::errors::{ApiError, Code};
use crate::state::AppState;

/// A backup and its passphrase.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestorePlatformSettings {
    /// What it was locked with.
    #[schema(value_type = String, min_length = 12, max_length = 1024, format = Password)]
    passphrase: SecretText,
    /// The file, in base64.
    #[schema(max_length = 60000)]
    file: String,
}

/// What was restored.
#[derive(Serialize, ToSchema)]
#[schema(as = RestoredPlatformSettings)]
pub struct Restored {
    /// The platforms that the backup held; others stayed as they were.
    providers: Vec<&'static str>,
}

/// Enters everything that a backup holds: all of it, or nothing. It is untested then.
#[utoipa::path(post, path = "/api/v1/platform-settings/restore", tag = "settings",
    operation_id = "restore_platform_settings", request_body = RestorePlatformSettings,
    responses((status = 200, description = "What was restored", body = Restored),
        (status = 422, description = "backup_unreadable, settings_invalid, out_of_bounds"),
        (status = 503, description = "vault_closed")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanBackUpSettings>,
    request: HttpRequest,
    body: Body<RestorePlatformSettings>,
) -> Result<web::Json<Restored>, ApiError> {
    let RestorePlatformSettings { passphrase, file } = body.value;
    check_passphrase(passphrase.reveal())?;
    let unreadable = || ApiError::new(Code::BackupUnreadable).detail("`file` is not base64");
    let file = STANDARD.decode(file.trim()).map_err(|_| unreadable())?;
    let trail = trail(&state, &who, &request)?;
    let asked = Asked {
        org: who.org(),
        trail: &trail,
    };
    let providers = restore(&means(&state), &asked, passphrase, file).await?;
    Ok(web::Json(Restored {
        providers: providers.into_iter().map(|provider| provider.word()).collect(),
    }))
}
