//! Machines: `Authorization: Bearer ek_…`, looked up by hash in a cache of 10 seconds or the database.

use actors::operations::Caller;
use actors::operations::organizations::hash_api_key;
use domain::access::{PermissionSet, Role};
use domain::audit::Actor;
use jiff::{SignedDuration, Timestamp};
use storage::api_keys::{self, ApiKeyOwner};
use tracing::warn;

use super::Identity;
use crate::errors::{ApiError, Code};
use crate::state::AppState;

/// How exactly it is known when a key was last used.
const NOTED_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// What a key is looked up by.
pub(super) fn hash(secret: &str) -> [u8; 32] {
    hash_api_key(secret)
}

/// Whoever has the key with this hash.
pub(super) async fn find(state: &AppState, hash: [u8; 32]) -> Result<Identity, ApiError> {
    let owner = match state.keys.get(&hash) {
        Some(known) => known,
        None => {
            let found = api_keys::find(&state.stock.engine, &hash).await?;
            if let Some(owner) = found {
                note_use(state, owner).await;
            }
            state.keys.insert(hash, found);
            found
        }
    };
    let owner = owner.ok_or_else(|| ApiError::new(Code::Unauthenticated))?;
    if owner.expires_at.is_some_and(|end| end <= state.stock.clock.now()) {
        return Err(ApiError::new(Code::Unauthenticated));
    }
    Ok(Identity {
        caller: Caller {
            org: owner.org,
            actor: Actor::ApiKey(owner.key),
        },
        permissions: owner.permissions,
        reach: reach(owner.permissions),
        locations: None,
    })
}

/// The highest role whose every permission the key has: it cannot make somebody who may do more than it may itself.
fn reach(permissions: PermissionSet) -> Role {
    let within = |role: &&Role| PermissionSet::of_role(**role).is_within(permissions);
    Role::ALL.iter().rev().find(within).copied().unwrap_or(Role::Viewer)
}

/// Notes when the key was used, at most once a minute, and only when it was looked up anyway. A note that is lost is no harm.
async fn note_use(state: &AppState, owner: ApiKeyOwner) {
    let now = state.stock.clock.now();
    let is_fresh = |last: Timestamp| now.duration_since(last) < NOTED_EVERY;
    if owner.last_used_at.is_some_and(is_fresh) {
        return;
    }
    let noted = async {
        let tx = state.stock.tenants.begin(owner.org).await?;
        api_keys::touch(&tx, owner.key, now).await?;
        tx.commit().await
    };
    if let Err(error) = noted.await {
        warn!(%error, "the use of an API key was not noted");
    }
}
