//! API keys: made with at most their maker's permissions, shown once, revoked.

use domain::access::PermissionSet;
use domain::audit::{Actor, Subject};
use domain::ids::ApiKeyId;
use jiff::Timestamp;
use serde_json::json;
use storage::api_keys::{self, ApiKey};
use storage::{TenantTx, audit_log};

use super::OperationError;
use super::members::{Decider, roll_back};
use super::organizations::fresh_api_key;
use super::people::{PeopleError, parse_name};
use crate::people::People;
use crate::unguessable;

/// What a key is to be.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub permissions: PermissionSet,
    /// When it stops working by itself.
    pub expires_at: Option<Timestamp>,
    /// How often it may ask; none: as often as any.
    pub requests_per_minute: Option<i32>,
}

/// Makes a key; its secret is in the answer and nowhere else. A key that makes a key gives it neither a longer life nor a
/// quicker pace than its own.
///
/// # Errors
/// [`PeopleError::Exceeds`] for a permission that its maker has not; [`PeopleError::Outlives`], [`PeopleError::Outpaces`].
pub async fn create(people: &People, decider: &Decider, new: NewApiKey) -> Result<(ApiKey, String), OperationError> {
    let name = parse_name(&new.name)?;
    if let Some(too_much) = new.permissions.iter().find(|one| !decider.permissions.has(*one)) {
        return Err(PeopleError::Exceeds(too_much).into());
    }
    let secret = fresh_api_key(&*people.clock);
    let key = ApiKey {
        id: ApiKeyId::new(people.clock.fresh_id()),
        name,
        permissions: Some(new.permissions),
        expires_at: new.expires_at,
        requests_per_minute: new.requests_per_minute,
        made_by: decider.trail.actor.id(),
    };
    let after = json!({
        "name": key.name, "permissions": new.permissions.words(), "expires_at": key.expires_at,
        "requests_per_minute": key.requests_per_minute,
    });
    let tx = people.tenants.begin(decider.org).await?;
    if let Err(error) = check_maker(&tx, decider, &key).await {
        return roll_back(tx, error).await;
    }
    api_keys::insert(&tx, &key, &unguessable::hash(&secret)).await?;
    let entry = decider.trail.entry("api_key.create", Subject::new("api_key", key.id));
    audit_log::append(&tx, &entry.after(after)).await?;
    tx.commit().await?;
    Ok((key, secret))
}

/// Whether the key stays within the key that makes it. (A person makes keys for their organization, which stays.)
async fn check_maker(tx: &TenantTx, decider: &Decider, new: &ApiKey) -> Result<(), OperationError> {
    let Actor::ApiKey(maker) = decider.trail.actor else {
        return Ok(());
    };
    let maker = api_keys::lock_live(tx, maker, decider.trail.at).await?;
    let maker = maker.ok_or(PeopleError::Unknown("API key"))?;
    if let Some(end) = maker
        .expires_at
        .filter(|end| new.expires_at.is_none_or(|own| own > *end))
    {
        return Err(PeopleError::Outlives(end).into());
    }
    match (maker.requests_per_minute, new.requests_per_minute) {
        (Some(0), _) | (None, None) => Ok(()),
        (None, Some(_)) => Err(PeopleError::OwnLimit.into()),
        (Some(limit), Some(own)) if (1..=limit).contains(&own) => Ok(()),
        (Some(limit), _) => Err(PeopleError::Outpaces(limit).into()),
    }
}

/// Makes a key useless.
///
/// # Errors
/// [`PeopleError::Unknown`] when there is none, or it is useless already.
pub async fn revoke(people: &People, decider: &Decider, id: ApiKeyId) -> Result<(), OperationError> {
    let tx = people.tenants.begin(decider.org).await?;
    if !api_keys::revoke(&tx, id, decider.trail.at).await? {
        return roll_back(tx, PeopleError::Unknown("API key").into()).await;
    }
    let entry = decider.trail.entry("api_key.revoke", Subject::new("api_key", id));
    audit_log::append(&tx, &entry).await?;
    tx.commit().await?;
    Ok(())
}
