//! `POST /api/v1/tokens`

use actix_web::{HttpResponse, web};
use actors::operations::tokens::{self, NewTokens};
use domain::access::PermissionSet;
use domain::audit::Actor;
use serde::Deserialize;
use utoipa::ToSchema;

use super::TokenPairView;
use crate::access::{IsMember, Staff};
use crate::body::Body;
use crate::errors::{ApiError, Code};
use crate::identity::Proof;
use crate::provenance::Provenance;
use crate::state::AppState;

const MAX_SCOPES: usize = 100;

/// What the tokens shall be able to do.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateTokens {
    /// Permissions such as `stock:read`, all of which the key must have.
    #[schema(min_items = 1, max_items = 100)]
    scopes: Vec<String>,
}

/// Exchanges the API key that the request carries for an access token and a refresh token. There is no Idempotency-Key:
/// the answer is a secret, and secrets are not kept.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "tokens", operation_id = "create_tokens",
    request_body = CreateTokens,
    responses((status = 201, description = "A pair of tokens", body = TokenPairView),
        (status = 403, description = "api_key_needed, scopes_too_wide"),
        (status = 422, description = "unknown_scope"), (status = 429, description = "rate_limited")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<IsMember>,
    provenance: Provenance,
    body: Body<CreateTokens>,
) -> Result<HttpResponse, ApiError> {
    let identity = &who.identity;
    let (Proof::ApiKey, Actor::ApiKey(key)) = (identity.proof, identity.caller.actor) else {
        return Err(ApiError::new(Code::ApiKeyNeeded));
    };
    let asked = NewTokens {
        org: who.org(),
        key,
        key_scopes: identity.permissions,
        scopes: read_scopes(&body.value.scopes)?,
    };
    let trail = provenance.trail(identity, state.stock.clock.now());
    let pair = tokens::create(&state.tokens, &trail, asked).await?;
    Ok(HttpResponse::Created().json(TokenPairView::new(&pair, state.stock.clock.now())))
}

fn read_scopes(words: &[String]) -> Result<PermissionSet, ApiError> {
    if !(1..=MAX_SCOPES).contains(&words.len()) {
        let count = i64::try_from(words.len()).unwrap_or(i64::MAX);
        return Err(ApiError::out_of_bounds("scopes", count, 1, MAX_SCOPES as i64));
    }
    PermissionSet::parse(words.iter().map(String::as_str))
        .map_err(|word| ApiError::new(Code::UnknownScope).with("scope", word.chars().take(60).collect::<String>()))
}
