//! `POST /api/v1/tokens/refresh`

use actix_web::{HttpResponse, web};
use actors::operations::tokens::{self, TokenError};
use domain::audit::Actor;

use super::{PresentedToken, TokenPairView};
use crate::access::Anybody;
use crate::body::Body;
use crate::errors::ApiError;
use crate::provenance::Provenance;
use crate::state::AppState;

/// Exchanges a refresh token for the next pair. It is good once: using it again ends the whole family, except within ten
/// seconds, when it leads to the same refresh token again. The token itself is the proof; no key comes with it.
#[utoipa::path(post, path = "/api/v1/tokens/refresh", tag = "tokens", operation_id = "refresh_tokens",
    request_body = PresentedToken, security(()),
    responses((status = 200, description = "The next pair of tokens", body = TokenPairView),
        (status = 401, description = "refresh_refused"), (status = 429, description = "rate_limited")))]
pub async fn handle(
    state: web::Data<AppState>,
    _who: Anybody,
    provenance: Provenance,
    body: Body<PresentedToken>,
) -> Result<HttpResponse, ApiError> {
    let trail = provenance.trail_of(Actor::Hub, state.stock.clock.now());
    let pair = tokens::refresh(&state.tokens, &trail, &body.value.secret()?).await;
    if matches!(pair, Err(TokenError::Reused)) {
        // The family has ended, and with it access tokens that memory still believes.
        state.machines.forget_all();
    }
    Ok(HttpResponse::Ok().json(TokenPairView::new(&pair?, state.stock.clock.now())))
}
