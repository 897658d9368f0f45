//! A refresh token is exchanged for the next pair, once.

use domain::audit::{Actor, Trail};
use domain::tokens::{RefreshRefused, Turn, decide_refresh};
use storage::audit_log;
use storage::refresh_tokens::{self, RevokedBecause};
use tracing::{info, warn};

use super::{TokenError, TokenPair, issue, row_of, subject};
use crate::tokens::{RefreshSecret, Tokens};

/// Gives the next pair. A token that was used before ends its whole family: two hold it, and one of them is a thief. Within
/// the grace it leads to the same child instead, because two workers of one machine may refresh at once.
///
/// # Errors
/// [`TokenError::Refused`] whatever the reason, or the database's.
pub async fn refresh(tokens: &Tokens, trail: &Trail, presented: &RefreshSecret) -> Result<TokenPair, TokenError> {
    let (now, hash) = (tokens.clock.now(), presented.hash());
    let tx = tokens.tenants.begin(presented.org()).await?;
    let Some(found) = refresh_tokens::lock(&tx, &hash, now).await? else {
        tx.commit().await?;
        return Err(TokenError::Refused);
    };
    let family = found.family;
    let child = tokens.child_key.child_of(presented);
    let row = row_of(&child, Some(presented), &family, now);
    match decide_refresh(&found.state, now) {
        Ok(Turn::First) => {
            refresh_tokens::spend(&tx, &hash, now).await?;
            refresh_tokens::insert(&tx, family.id, &row).await?;
            let holder = Trail {
                actor: Actor::ApiKey(family.key),
                ..trail.clone()
            };
            audit_log::append(&tx, &holder.entry("tokens.refresh", subject(&family))).await?;
        }
        Ok(Turn::Again) => {}
        Err(refused) => {
            if refused == RefreshRefused::Reused {
                warn!(family = %family.id, org = %tx.org(), "a refresh token was used twice; its family is revoked");
                refresh_tokens::revoke(&tx, family.id, now, RevokedBecause::Reused).await?;
                let entry = trail.entry("tokens.revoke", subject(&family));
                audit_log::append(&tx, &entry.why("a refresh token was used twice")).await?;
            }
            tx.commit().await?;
            info!(family = %family.id, %refused, "no refresh");
            return Err(if refused == RefreshRefused::Reused {
                TokenError::Reused
            } else {
                TokenError::Refused
            });
        }
    }
    let (access, access_expires_at) = issue(tokens, tx.org(), &family, now)?;
    tx.commit().await?;
    Ok(TokenPair {
        access,
        access_expires_at,
        refresh: child,
        refresh_expires_at: row.expires_at,
        scopes: family.scopes,
    })
}
