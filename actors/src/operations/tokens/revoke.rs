//! A family ends because somebody who holds one of its refresh tokens asks.

use domain::audit::{Actor, Trail};
use storage::audit_log;
use storage::refresh_tokens::{self, RevokedBecause};

use super::{TokenError, subject};
use crate::tokens::{RefreshSecret, Tokens};

/// Ends the family of this token, spent or not. An unknown token ends nothing and is no mistake (RFC 7009): whoever asks
/// learns nothing. Answers whether a family ended.
///
/// # Errors
/// The database's.
pub async fn revoke(tokens: &Tokens, trail: &Trail, presented: &RefreshSecret) -> Result<bool, TokenError> {
    let now = tokens.clock.now();
    let tx = tokens.tenants.begin(presented.org()).await?;
    let mut is_revoked = false;
    if let Some(found) = refresh_tokens::lock(&tx, &presented.hash(), now).await? {
        let family = found.family;
        if refresh_tokens::revoke(&tx, family.id, now, RevokedBecause::Asked).await? {
            let holder = Trail {
                actor: Actor::ApiKey(family.key),
                ..trail.clone()
            };
            let entry = holder.entry("tokens.revoke", subject(&family));
            audit_log::append(&tx, &entry.why("a holder of its tokens asked")).await?;
            is_revoked = true;
        }
    }
    tx.commit().await?;
    Ok(is_revoked)
}
