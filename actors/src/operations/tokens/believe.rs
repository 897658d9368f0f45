//! Who an access token stands for.

use domain::access::PermissionSet;
use domain::ids::{ApiKeyId, OrgId};
use jiff::Timestamp;
use storage::StorageError;
use storage::refresh_tokens;
use tracing::debug;

use crate::tokens::{TokenRefused, Tokens, open};

/// An access token that is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Believed {
    /// The organization it acts for.
    pub org: OrgId,
    /// The key behind it.
    pub key: ApiKeyId,
    /// What it permits.
    pub scopes: PermissionSet,
    /// From then on it is not believed.
    pub expires_at: Timestamp,
    /// The key's own limit; none follows the settings, 0 is no limit.
    pub requests_per_minute: Option<u32>,
}

/// Checks the token's signature and claims, and that neither its family nor its key was revoked. The database is asked for
/// that last part only: callers keep the answer for some seconds.
///
/// # Errors
/// When the database cannot be reached.
pub async fn believe(tokens: &Tokens, token: &str) -> Result<Option<Believed>, StorageError> {
    let now = tokens.clock.now();
    let checked = open(token, &tokens.keys).and_then(|claims| {
        let scopes = claims.check(&tokens.expected, now)?;
        Ok::<_, TokenRefused>((claims, scopes))
    });
    let (claims, scopes) = match checked {
        Ok(checked) => checked,
        Err(refused) => {
            debug!(%refused, "an access token is not believed");
            return Ok(None);
        }
    };
    let owner = (claims.org, claims.sid, claims.sub);
    let live = refresh_tokens::find_live(&tokens.engine, owner, now).await?;
    Ok(live.map(|requests_per_minute| Believed {
        org: claims.org,
        key: claims.sub,
        scopes,
        expires_at: claims.expires_at(),
        requests_per_minute,
    }))
}
