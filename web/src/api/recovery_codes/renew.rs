//! `POST /api/v1/recovery-codes`

use actix_web::{HttpResponse, web};
use actors::operations::recovery_codes::renew;

use super::RecoveryCodesView;
use crate::access::SignedIn;
use crate::api::factors::Proved;
use crate::body::Body;
use crate::errors::ApiError;
use crate::state::AppState;

/// Ten new recovery codes, shown this once. The old ones are dead.
#[utoipa::path(post, path = "/api/v1/recovery-codes", tag = "factors", operation_id = "renew_recovery_codes",
    request_body = Proved,
    responses((status = 201, description = "The codes, once", body = RecoveryCodesView),
        (status = 401, description = "sign_in_refused, code_refused, passkey_refused, ticket_unusable"),
        (status = 404, description = "not_found"), (status = 422, description = "proof_unusable"),
        (status = 429, description = "too_many_tries")))]
pub async fn handle(state: web::Data<AppState>, who: SignedIn, body: Body<Proved>) -> Result<HttpResponse, ApiError> {
    let trail = who.trail(&state);
    let codes = renew(&state.factors(), &who.own(&trail), &body.value.proof()?).await?;
    Ok(HttpResponse::Created().json(RecoveryCodesView {
        recovery_codes: Some(codes),
    }))
}
