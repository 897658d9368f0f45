//! Organizations before people exist: one with a first location and a first key.

use domain::audit::{Subject, Trail};
use domain::ids::{ApiKeyId, LocationId, OrgId};
use serde_json::json;
use sha2::{Digest, Sha256};
use storage::organizations::{self, Organization};
use storage::stock_locations::{self, StockLocation};
use storage::{StorageError, Tenants, api_keys, audit_log};

use crate::clock::Clock;

/// Every key of ours begins so; secret scanners can know it.
const KEY_PREFIX: &str = "ek_";

/// A new organization with the secret of its first key, which is shown once.
#[derive(Clone, Debug)]
pub struct Bootstrapped {
    /// The organization.
    pub organization: Organization,
    /// Its first key.
    pub api_key: String,
}

/// The hash a key is stored and looked up by.
#[must_use]
pub fn hash_api_key(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// A new unguessable key.
#[must_use]
pub fn fresh_api_key(clock: &dyn Clock) -> String {
    clock
        .fresh_secret()
        .iter()
        .fold(KEY_PREFIX.to_owned(), |key, byte| format!("{key}{byte:02x}"))
}

/// Creates an organization with one location and one API key, in one transaction.
///
/// # Errors
/// When the database cannot be reached, or the key exists already.
pub async fn bootstrap(
    tenants: &Tenants,
    clock: &dyn Clock,
    name: &str,
    api_key: Option<&str>,
) -> Result<Bootstrapped, StorageError> {
    let api_key = api_key.map_or_else(|| fresh_api_key(clock), str::to_owned);
    let id = OrgId::new(clock.fresh_id());
    let tx = tenants.begin(id).await?;
    organizations::insert(&tx, name).await?;
    let first = StockLocation {
        id: LocationId::new(clock.fresh_id()),
        name: "Main".to_owned(),
        priority: 0,
    };
    stock_locations::insert(&tx, &first).await?;
    api_keys::insert(
        &tx,
        ApiKeyId::new(clock.fresh_id()),
        "bootstrap",
        &hash_api_key(&api_key),
    )
    .await?;
    let entry = Trail::of_hub(clock.now()).entry("organization.create", Subject::new("organization", id));
    audit_log::append(&tx, &entry.after(json!({ "name": name }))).await?;
    tx.commit().await?;
    Ok(Bootstrapped {
        organization: Organization {
            id,
            name: name.to_owned(),
        },
        api_key,
    })
}
