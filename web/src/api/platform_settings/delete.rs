//! `DELETE /api/v1/platform-settings/{provider}`

use actix_web::{HttpRequest, HttpResponse, web};
use actors::operations::platform_settings::{Asked, delete};

use super::{means, provider_in, trail};
use crate::access::{CanWriteSettings, Staff};
use crate::errors::ApiError;
use crate::state::AppState;

/// Deletes a platform's settings and secrets. Their history stays.
#[utoipa::path(delete, path = "/api/v1/platform-settings/{provider}", tag = "settings",
    operation_id = "delete_platform_settings",
    params(("provider" = String, Path, description = "`shopee`, `tiktok_shop`, `stripe`, `paypal` or `smtp`")),
    responses((status = 204, description = "Deleted"), (status = 404, description = "not_found")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanWriteSettings>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let trail = trail(&state, &who, &request)?;
    let asked = Asked {
        org: who.org(),
        trail: &trail,
    };
    delete(&means(&state), &asked, provider_in(&request)?).await?;
    Ok(HttpResponse::NoContent().finish())
}
