//! Refresh tokens and their families: stored as hashes, spent once, revoked by the family.

use domain::access::PermissionSet;
use domain::ids::{ApiKeyId, OrgId, TokenFamilyId};
use domain::tokens::RefreshState;
use jiff::Timestamp;
use tokio_postgres::types::ToSql;

use crate::{Engine, StorageError, TenantTx};

const INSERT_FAMILY: &str = "
    INSERT INTO token_families (org_id, id, api_key_id, scopes, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)";
const INSERT: &str = "
    INSERT INTO refresh_tokens (org_id, secret_hash, family_id, parent_hash, issued_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6)";
/// The family's row is what refreshing and revoking take turns on.
const LOCK_FAMILY: &str = "
    SELECT f.id FROM token_families f
    WHERE f.org_id = $1
      AND f.id = (SELECT t.family_id FROM refresh_tokens t WHERE t.org_id = $1 AND t.secret_hash = $2)
    FOR UPDATE";
/// A statement of its own after the lock: only a new snapshot shows what the one before us did.
const FIND: &str = "
    SELECT f.id, f.api_key_id, f.scopes, f.expires_at, f.revoked_at IS NOT NULL OR k.revoked_at IS NOT NULL
               OR coalesce(k.expires_at <= $3, false),
           t.expires_at, t.used_at,
           EXISTS (SELECT FROM refresh_tokens c
                   WHERE c.org_id = $1 AND c.parent_hash = t.secret_hash AND c.used_at IS NOT NULL)
    FROM refresh_tokens t
    JOIN token_families f ON f.org_id = t.org_id AND f.id = t.family_id
    JOIN api_keys k ON k.org_id = f.org_id AND k.id = f.api_key_id
    WHERE t.org_id = $1 AND t.secret_hash = $2";
const SPEND: &str = "
    UPDATE refresh_tokens SET used_at = $3 WHERE org_id = $1 AND secret_hash = $2 AND used_at IS NULL";
const REVOKE: &str = "
    UPDATE token_families SET revoked_at = $3, revoked_because = $4
    WHERE org_id = $1 AND id = $2 AND revoked_at IS NULL";
/// The tokens go with their families.
const DELETE_EXPIRED: &str = "DELETE FROM token_families WHERE org_id = $1 AND expires_at < $2";
const FIND_LIVE: &str = "
    SELECT k.requests_per_minute FROM token_families f
    JOIN api_keys k ON k.org_id = f.org_id AND k.id = f.api_key_id
    WHERE f.org_id = $1 AND f.id = $2 AND f.api_key_id = $3 AND f.revoked_at IS NULL AND k.revoked_at IS NULL
      AND (k.expires_at IS NULL OR k.expires_at > $4)";

/// All tokens that descend from one exchange of an API key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFamily {
    /// Its id.
    pub id: TokenFamilyId,
    /// The key behind it.
    pub key: ApiKeyId,
    /// What its access tokens may do.
    pub scopes: PermissionSet,
    /// When it ends, however often it is refreshed.
    pub expires_at: Timestamp,
}

/// A refresh token to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewRefreshToken {
    /// SHA-256 of the token.
    pub hash: [u8; 32],
    /// The token it was given for; none for the first of a family.
    pub parent: Option<[u8; 32]>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// From then on it is worth nothing.
    pub expires_at: Timestamp,
}

/// A refresh token that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundRefreshToken {
    /// Its family.
    pub family: TokenFamily,
    /// What decides about it.
    pub state: RefreshState,
}

/// Why a family ends early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevokedBecause {
    /// Somebody who has one of its tokens asked.
    Asked,
    /// A token was used twice.
    Reused,
}

/// Begins a family.
///
/// # Errors
/// When the database cannot be reached, or the organization has no such key.
pub async fn insert_family(tx: &TenantTx, family: &TokenFamily, now: Timestamp) -> Result<(), StorageError> {
    let words = family.scopes.words();
    let values: [&(dyn ToSql + Sync); 6] = [
        &tx.org().uuid(),
        &family.id.uuid(),
        &family.key.uuid(),
        &words,
        &now,
        &family.expires_at,
    ];
    tx.execute("beginning a token family", INSERT_FAMILY, &values)
        .await
        .map(drop)
}

/// Stores a refresh token.
///
/// # Errors
/// When the database cannot be reached, or the parent has a child already.
pub async fn insert(tx: &TenantTx, family: TokenFamilyId, token: &NewRefreshToken) -> Result<(), StorageError> {
    let parent = token.parent.as_ref().map(|hash| hash.as_slice());
    let values: [&(dyn ToSql + Sync); 6] = [
        &tx.org().uuid(),
        &token.hash.as_slice(),
        &family.uuid(),
        &parent,
        &token.issued_at,
        &token.expires_at,
    ];
    tx.execute("storing a refresh token", INSERT, &values).await.map(drop)
}

/// Finds a token and locks its family until the transaction ends.
///
/// # Errors
/// When the database cannot be reached.
pub async fn lock(tx: &TenantTx, hash: &[u8; 32], now: Timestamp) -> Result<Option<FoundRefreshToken>, StorageError> {
    let (org, hash) = (tx.org().uuid(), hash.as_slice());
    tx.query("locking a token family", LOCK_FAMILY, &[&org, &hash]).await?;
    let rows = tx.query("reading a refresh token", FIND, &[&org, &hash, &now]).await?;
    rows.first().map(read).transpose()
}

fn read(row: &tokio_postgres::Row) -> Result<FoundRefreshToken, StorageError> {
    let words: Vec<&str> = row.get(2);
    let scopes = PermissionSet::parse(words)
        .map_err(|word| StorageError::Unexpected(format!("a token family with the permission {word}")))?;
    Ok(FoundRefreshToken {
        family: TokenFamily {
            id: TokenFamilyId::new(row.get(0)),
            key: ApiKeyId::new(row.get(1)),
            scopes,
            expires_at: row.get(3),
        },
        state: RefreshState {
            is_revoked: row.get(4),
            expires_at: row.get(5),
            used_at: row.get(6),
            is_child_used: row.get(7),
        },
    })
}

/// Marks a token as spent, once.
///
/// # Errors
/// When it was spent already (the family must be locked), or the database cannot be reached.
pub async fn spend(tx: &TenantTx, hash: &[u8; 32], now: Timestamp) -> Result<(), StorageError> {
    let values: [&(dyn ToSql + Sync); 3] = [&tx.org().uuid(), &hash.as_slice(), &now];
    match tx.execute("spending a refresh token", SPEND, &values).await? {
        1 => Ok(()),
        _ => Err(StorageError::Unexpected("a refresh token was spent twice".to_owned())),
    }
}

/// Ends a family. Says whether it had not ended before.
///
/// # Errors
/// When the database cannot be reached.
pub async fn revoke(
    tx: &TenantTx,
    family: TokenFamilyId,
    now: Timestamp,
    because: RevokedBecause,
) -> Result<bool, StorageError> {
    let because = match because {
        RevokedBecause::Asked => "asked",
        RevokedBecause::Reused => "reused",
    };
    let values: [&(dyn ToSql + Sync); 4] = [&tx.org().uuid(), &family.uuid(), &now, &because];
    Ok(tx.execute("revoking a token family", REVOKE, &values).await? == 1)
}

/// Forgets families whose time was over before `then`, with their tokens.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete_expired(tx: &TenantTx, then: Timestamp) -> Result<u64, StorageError> {
    tx.execute("forgetting token families", DELETE_EXPIRED, &[&tx.org().uuid(), &then])
        .await
}

/// The limit of the key behind a family that lives: neither it nor the key is revoked or over. `None` when it does not.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find_live(
    engine: &Engine,
    (org, family, key): (OrgId, TokenFamilyId, ApiKeyId),
    now: Timestamp,
) -> Result<Option<Option<u32>>, StorageError> {
    let client = engine.client().await?;
    let during = || StorageError::during("checking a token's family");
    let statement = client.prepare_cached(FIND_LIVE).await.map_err(during())?;
    let values: [&(dyn ToSql + Sync); 4] = [&org.uuid(), &family.uuid(), &key.uuid(), &now];
    let row = client.query_opt(&statement, &values).await.map_err(during())?;
    Ok(row.map(|row| row.get::<_, Option<i32>>(0).and_then(|limit| u32::try_from(limit).ok())))
}
