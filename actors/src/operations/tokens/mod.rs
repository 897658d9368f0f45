//! Tokens of machines: an API key is exchanged for them, they are refreshed, revoked and believed.

mod believe;
mod create;
mod refresh;
mod revoke;

use domain::access::PermissionSet;
use domain::audit::Subject;
use domain::ids::OrgId;
use domain::tokens::{ACCESS_LIFETIME, AccessClaims, REFRESH_LIFETIME};
use jiff::Timestamp;
use storage::StorageError;
use storage::refresh_tokens::{NewRefreshToken, TokenFamily};

use crate::tokens::{KeyFolderError, RefreshSecret, Tokens, seal};

pub use believe::{Believed, believe};
pub use create::{NewTokens, create};
pub use refresh::refresh;
pub use revoke::revoke;

/// A pair of tokens, shown once.
pub struct TokenPair {
    /// Proves who asks, for a quarter of an hour.
    pub access: String,
    /// When it ends.
    pub access_expires_at: Timestamp,
    /// Is exchanged for the next pair.
    pub refresh: RefreshSecret,
    /// When it ends, unless it is used before.
    pub refresh_expires_at: Timestamp,
    /// What the access token permits.
    pub scopes: PermissionSet,
}

/// Why there are no tokens.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The key may not do everything that was asked for.
    #[error("more was asked for than the key may do")]
    ScopesTooWide(PermissionSet),
    /// The refresh token is unknown, over, revoked or was used before: which, its holder does not hear.
    #[error("the refresh token is not good for anything")]
    Refused,
    /// The same to its holder; but it was used before, and its family has just ended.
    #[error("the refresh token was used before")]
    Reused,
    /// The signing key cannot be written.
    #[error(transparent)]
    Keys(#[from] KeyFolderError),
    /// The database could not be reached or misbehaved.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A family as the audit log names it.
fn subject(family: &TokenFamily) -> Subject {
    Subject::new("token_family", family.id)
}

/// An access token of this family.
fn issue(tokens: &Tokens, org: OrgId, family: &TokenFamily, now: Timestamp) -> Result<(String, Timestamp), TokenError> {
    let key = tokens.keys.signing(&*tokens.clock)?;
    let iat = now.as_second();
    let claims = AccessClaims {
        iss: tokens.expected.issuer.clone(),
        aud: tokens.expected.audience.clone(),
        sub: family.key,
        org,
        sid: family.id,
        jti: tokens.clock.fresh_id(),
        scope: family.scopes.words().join(" "),
        iat,
        nbf: iat,
        exp: iat.saturating_add(ACCESS_LIFETIME.as_secs()),
    };
    Ok((seal(&claims, &key), claims.expires_at()))
}

/// The row of a refresh token that is given out now.
fn row_of(
    secret: &RefreshSecret,
    parent: Option<&RefreshSecret>,
    family: &TokenFamily,
    now: Timestamp,
) -> NewRefreshToken {
    let unused_until = now.saturating_add(REFRESH_LIFETIME).unwrap_or(Timestamp::MAX);
    NewRefreshToken {
        hash: secret.hash(),
        parent: parent.map(RefreshSecret::hash),
        issued_at: now,
        expires_at: unused_until.min(family.expires_at),
    }
}
