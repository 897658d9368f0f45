//! `PUT /api/v1/platform-settings/{provider}`

use std::collections::BTreeMap;

use actix_web::{HttpRequest, web};
use actors::operations::platform_settings::{Asked, save};
use domain::secrets::SecretText;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::{self, PlatformSettingsView};
use super::{means, provider_in, trail};
use crate::access::{CanWriteSettings, Staff};
use crate::body::Body;
use crate::errors::{ApiError, Code};
use crate::state::AppState;

/// What is to be entered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SavePlatformSettings {
    /// Every field by its name, as text. A secret that is left out stays; `null` takes a field away.
    #[schema(value_type = Object, example = json!({ "host": "mail.example.com", "port": "587", "security": "starttls",
        "username": "shop", "password": "…", "from": "shop@example.com" }))]
    fields: BTreeMap<String, Option<SecretText>>,
}

/// Enters a platform's settings. They are untested then. Secrets are sealed and never given out again. Can be repeated.
#[utoipa::path(put, path = "/api/v1/platform-settings/{provider}", tag = "settings", operation_id = "save_platform_settings",
    params(("provider" = String, Path, description = "`shopee`, `tiktok_shop`, `stripe`, `paypal` or `smtp`")),
    request_body = SavePlatformSettings,
    responses((status = 200, description = "As they are now", body = PlatformSettingsView),
        (status = 404, description = "not_found"), (status = 422, description = "settings_invalid"),
        (status = 503, description = "vault_closed")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanWriteSettings>,
    request: HttpRequest,
    body: Body<SavePlatformSettings>,
) -> Result<web::Json<PlatformSettingsView>, ApiError> {
    let provider = provider_in(&request)?;
    let trail = trail(&state, &who, &request)?;
    let asked = Asked {
        org: who.org(),
        trail: &trail,
    };
    save(&means(&state), &asked, provider, body.value.fields).await?;
    let tx = state.stock.tenants.begin(who.org()).await?;
    let saved = view::one(&state, &tx, provider).await?;
    tx.commit().await?;
    saved.map(web::Json).ok_or_else(|| ApiError::new(Code::Internal))
}
