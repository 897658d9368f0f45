//! A family ends because somebody who holds one of its refresh tokens asks.

use storage::refresh_tokens::{self, RevokedBecause};

use super::TokenError;
use crate::tokens::{RefreshSecret, Tokens};

/// Ends the family of this token, spent or not. An unknown token ends nothing and is no mistake (RFC 7009): whoever asks
/// learns nothing.
///
/// # Errors
/// The database's.
pub async fn revoke(tokens: &Tokens, presented: &RefreshSecret) -> Result<(), TokenError> {
    let now = tokens.clock.now();
    let tx = tokens.tenants.begin(presented.org()).await?;
    if let Some(found) = refresh_tokens::lock(&tx, &presented.hash(), now).await? {
        refresh_tokens::revoke(&tx, found.family.id, now, RevokedBecause::Asked).await?;
    }
    tx.commit().await?;
    Ok(())
}
