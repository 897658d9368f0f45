//! `POST /api/v1/data-keys/rotate`

use actix_web::{HttpRequest, web};
use actors::operations::data_keys::rotate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{CanBackUpSettings, Staff};
use crate::api::platform_settings::trail;
use crate::errors::ApiError;
use crate::state::AppState;

/// What the rotation did.
#[derive(Serialize, ToSchema)]
#[schema(as = RotatedDataKey)]
pub struct RotatedView {
    /// Secrets sealed with the new key.
    secrets: usize,
    /// Old keys destroyed.
    destroyed: u64,
}

/// Gives the organization a new data key, seals every secret with it and destroys the old one. Nothing is unreadable
/// meanwhile. Can be repeated at any time.
#[utoipa::path(post, path = "/api/v1/data-keys/rotate", tag = "settings", operation_id = "rotate_data_key",
    responses((status = 200, description = "Done", body = RotatedView), (status = 500, description = "secret_refused"),
        (status = 503, description = "vault_closed")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanBackUpSettings>,
    request: HttpRequest,
) -> Result<web::Json<RotatedView>, ApiError> {
    let trail = trail(&state, &who, &request)?;
    let rotated = rotate(&state.vault, &state.stock.tenants, who.org(), &trail).await?;
    Ok(web::Json(RotatedView {
        secrets: rotated.secrets,
        destroyed: rotated.destroyed,
    }))
}
