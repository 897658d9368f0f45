//! `POST /api/v1/totp`

use actix_web::{HttpResponse, web};
use actors::operations::totp::enrol;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::SignedIn;
use crate::api::factors::Proved;
use crate::body::Body;
use crate::errors::ApiError;
use crate::state::AppState;

/// What the app is told. It is said this once.
#[derive(Serialize, ToSchema)]
pub struct TotpEnrolment<'a> {
    /// The secret in base 32, to be typed.
    secret: &'a str,
    /// The secret in a link that apps understand.
    otpauth_uri: &'a str,
    /// That link as a picture, in SVG.
    qr_svg: &'a str,
}

/// Makes a secret for an authenticator app. It counts once `POST /api/v1/totp/confirm` had a first code of it.
#[utoipa::path(post, path = "/api/v1/totp", tag = "factors", operation_id = "enrol_totp", request_body = Proved,
    responses((status = 201, description = "What the app is told, once", body = TotpEnrolment),
        (status = 401, description = "sign_in_refused, code_refused, passkey_refused, ticket_unusable"),
        (status = 409, description = "factor_exists"), (status = 422, description = "proof_unusable"),
        (status = 429, description = "too_many_tries"), (status = 503, description = "vault_closed")))]
pub async fn handle(state: web::Data<AppState>, who: SignedIn, body: Body<Proved>) -> Result<HttpResponse, ApiError> {
    let trail = who.trail(&state);
    let told = enrol(&state.factors(), &who.own(&trail), &body.value.proof()?).await?;
    Ok(HttpResponse::Created().json(TotpEnrolment {
        secret: told.secret.reveal(),
        otpauth_uri: told.uri.reveal(),
        qr_svg: told.qr_svg.reveal(),
    }))
}
