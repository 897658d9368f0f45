//! An API key exchanges itself for tokens.

use domain::access::PermissionSet;
use domain::audit::Trail;
use domain::ids::{ApiKeyId, OrgId, TokenFamilyId};
use domain::tokens::FAMILY_LIFETIME;
use jiff::Timestamp;
use serde_json::json;
use storage::audit_log;
use storage::refresh_tokens::{self, TokenFamily};

use super::{TokenError, TokenPair, issue, row_of, subject};
use crate::tokens::{RefreshSecret, Tokens};

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct NewTokens {
    /// The organization.
    pub org: OrgId,
    /// The key.
    pub key: ApiKeyId,
    /// What the key may do.
    pub key_scopes: PermissionSet,
    /// What the tokens shall be able to do.
    pub scopes: PermissionSet,
}

/// Begins a family and gives its first pair. Forgets, by the way, what the organization has of families that are over.
///
/// # Errors
/// [`TokenError::ScopesTooWide`], or the database's.
pub async fn create(tokens: &Tokens, trail: &Trail, asked: NewTokens) -> Result<TokenPair, TokenError> {
    let scopes = asked.scopes;
    if !scopes.is_within(asked.key_scopes) {
        return Err(TokenError::ScopesTooWide(asked.key_scopes));
    }
    let now = tokens.clock.now();
    let family = TokenFamily {
        id: TokenFamilyId::new(tokens.clock.fresh_id()),
        key: asked.key,
        scopes,
        expires_at: now.saturating_add(FAMILY_LIFETIME).unwrap_or(Timestamp::MAX),
    };
    let (access, access_expires_at) = issue(tokens, asked.org, &family, now)?;
    let refresh = RefreshSecret::fresh(asked.org, &*tokens.clock);
    let row = row_of(&refresh, None, &family, now);
    let tx = tokens.tenants.begin(asked.org).await?;
    refresh_tokens::delete_expired(&tx, now).await?;
    refresh_tokens::insert_family(&tx, &family, now).await?;
    refresh_tokens::insert(&tx, family.id, &row).await?;
    let entry = trail.entry("tokens.create", subject(&family));
    let after = json!({ "api_key_id": family.key, "scopes": scopes.words(), "expires_at": family.expires_at });
    audit_log::append(&tx, &entry.after(after)).await?;
    tx.commit().await?;
    Ok(TokenPair {
        access,
        access_expires_at,
        refresh,
        refresh_expires_at: row.expires_at,
        scopes,
    })
}
