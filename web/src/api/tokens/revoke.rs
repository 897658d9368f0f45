//! `POST /api/v1/tokens/revoke`

use actix_web::{HttpResponse, web};
use actors::operations::tokens;
use domain::audit::Actor;

use super::PresentedToken;
use crate::access::Anybody;
use crate::body::Body;
use crate::errors::ApiError;
use crate::provenance::Provenance;
use crate::state::AppState;

/// Ends the family of a refresh token: it, its children and their access tokens. The answer is the same for a token that
/// nobody knows (RFC 7009).
#[utoipa::path(post, path = "/api/v1/tokens/revoke", tag = "tokens", operation_id = "revoke_tokens",
    request_body = PresentedToken, security(()),
    responses((status = 204, description = "It is good for nothing any more"),
        (status = 429, description = "rate_limited")))]
pub async fn handle(
    state: web::Data<AppState>,
    _who: Anybody,
    provenance: Provenance,
    body: Body<PresentedToken>,
) -> Result<HttpResponse, ApiError> {
    if let Ok(secret) = body.value.secret() {
        let trail = provenance.trail_of(Actor::Hub, state.stock.clock.now());
        if tokens::revoke(&state.tokens, &trail, &secret).await? {
            state.machines.forget_all();
        }
    }
    Ok(HttpResponse::NoContent().finish())
}
