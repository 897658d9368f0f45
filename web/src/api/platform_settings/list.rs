//! `GET /api/v1/platform-settings`

use actix_web::web;
use serde::Serialize;
use utoipa::ToSchema;

use super::view::{self, PlatformSettingsView};
use crate::access::{CanReadSettings, Staff};
use crate::errors::ApiError;
use crate::state::AppState;

/// All platforms.
#[derive(Serialize, ToSchema)]
#[schema(as = PlatformSettingsList)]
pub struct SettingsList {
    /// Those that nothing is entered for too.
    platforms: Vec<PlatformSettingsView>,
}

/// Every platform that can be connected, with what is entered for it. Secrets are masked.
#[utoipa::path(get, path = "/api/v1/platform-settings", tag = "settings", operation_id = "list_platform_settings",
    responses((status = 200, description = "All platforms", body = SettingsList)))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanReadSettings>,
) -> Result<web::Json<SettingsList>, ApiError> {
    let tx = state.stock.tenants.begin(who.org()).await?;
    let platforms = view::all(&state, &tx).await?;
    tx.commit().await?;
    Ok(web::Json(SettingsList { platforms }))
}
