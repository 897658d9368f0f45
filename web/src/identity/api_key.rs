//! Machines: `Authorization: Bearer ek_…`, looked up by hash in a cache of 10 seconds or the database.

use actors::operations::Caller;
use actors::operations::organizations::hash_api_key;
use domain::access::PermissionSet;
use storage::api_keys;

use super::Identity;
use crate::errors::{ApiError, Code};
use crate::state::AppState;

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
            state.keys.insert(hash, found);
            found
        }
    };
    let owner = owner.ok_or_else(|| ApiError::new(Code::Unauthenticated))?;
    Ok(Identity {
        caller: Caller {
            org: owner.org,
            key: Some(owner.key),
        },
        permissions: PermissionSet::ALL,
    })
}
