//! `POST /api/v1/totp/confirm`

use actix_web::{HttpResponse, web};
use actors::operations::totp::confirm;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::access::SignedIn;
use crate::api::recovery_codes::RecoveryCodesView;
use crate::body::Body;
use crate::errors::ApiError;
use crate::state::AppState;

/// The first code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmTotp {
    /// Six digits.
    code: String,
}

/// Makes the authenticator app count, by its first code. The first factor brings recovery codes, which are shown this once.
#[utoipa::path(post, path = "/api/v1/totp/confirm", tag = "factors", operation_id = "confirm_totp", request_body = ConfirmTotp,
    responses((status = 200, description = "It counts", body = RecoveryCodesView),
        (status = 401, description = "code_refused"), (status = 429, description = "too_many_tries"),
        (status = 503, description = "vault_closed")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: SignedIn,
    body: Body<ConfirmTotp>,
) -> Result<HttpResponse, ApiError> {
    let trail = who.trail(&state);
    let recovery_codes = confirm(&state.factors(), &who.own(&trail), &body.value.code).await?;
    Ok(HttpResponse::Ok().json(RecoveryCodesView { recovery_codes }))
}
