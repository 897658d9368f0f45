//! `/api/v1/tokens`: a machine exchanges its API key for short-lived tokens, so that the key itself travels once a month
//! and not with every request.

pub mod create;
pub mod refresh;
pub mod revoke;

use actors::operations::tokens::{TokenError, TokenPair};
use actors::tokens::RefreshSecret;
use serde::{Deserialize, Serialize};
use tracing::error;
use utoipa::ToSchema;

use crate::errors::{ApiError, Code};

/// The longest refresh token is shorter.
const MAX_TOKEN_CHARS: usize = 200;

/// A pair of tokens, shown this once.
#[derive(Serialize, ToSchema)]
#[schema(as = TokenPair)]
pub struct TokenPairView {
    /// Send it as `Authorization: Bearer …`.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Seconds for which the access token is good.
    expires_in: i64,
    /// Exchange it for the next pair before it expires; it is good once.
    refresh_token: String,
    /// Seconds for which the refresh token is good, if it lies unused.
    refresh_expires_in: i64,
    /// What the access token permits, separated by spaces.
    scope: String,
}

impl TokenPairView {
    fn new(pair: &TokenPair, now: jiff::Timestamp) -> Self {
        let seconds = |until: jiff::Timestamp| until.duration_since(now).as_secs().max(0);
        Self {
            expires_in: seconds(pair.access_expires_at),
            refresh_expires_in: seconds(pair.refresh_expires_at),
            access_token: pair.access.clone(),
            token_type: "Bearer",
            refresh_token: pair.refresh.text(),
            scope: pair.scopes.words().join(" "),
        }
    }
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PresentedToken {
    /// As it was given out.
    #[schema(max_length = 200)]
    refresh_token: String,
}

impl PresentedToken {
    /// What is no refresh token is answered like one that is unknown.
    fn secret(&self) -> Result<RefreshSecret, ApiError> {
        Some(&self.refresh_token)
            .filter(|text| text.len() <= MAX_TOKEN_CHARS)
            .and_then(|text| RefreshSecret::parse(text))
            .ok_or_else(|| ApiError::new(Code::RefreshRefused))
    }
}

impl From<TokenError> for ApiError {
    fn from(failure: TokenError) -> Self {
        match failure {
            TokenError::ScopesTooWide(has) => Self::new(Code::ScopesTooWide).with("key_scope", has.words().join(" ")),
            TokenError::Refused | TokenError::Reused => Self::new(Code::RefreshRefused),
            TokenError::Keys(failure) => {
                error!(error = %failure, "no key to sign tokens with");
                Self::new(Code::Internal)
            }
            TokenError::Storage(failure) => failure.into(),
        }
    }
}
