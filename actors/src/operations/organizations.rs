//! Organizations: the first one of a hub, with a key; those of people, with an owner.

use domain::access::Role;
use domain::audit::{Subject, Trail};
use domain::ids::{ApiKeyId, LocationId, OrgId, PersonId};
use jiff::Timestamp;
use serde_json::json;
use storage::api_keys::{self, ApiKey};
use storage::memberships::{self, Membership};
use storage::organizations::{self, Organization};
use storage::stock_locations::{self, StockLocation};
use storage::{StorageError, TenantTx, Tenants, audit_log};

use super::OperationError;
use super::members::Decider;
use super::people::parse_name;
use crate::clock::Clock;
use crate::people::People;
use crate::unguessable;

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

/// A new unguessable key.
#[must_use]
pub fn fresh_api_key(clock: &dyn Clock) -> String {
    format!("{KEY_PREFIX}{}", unguessable::fresh(clock))
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
    let new = NewOrganization::fresh(clock, name);
    let tx = tenants.begin(new.id).await?;
    insert_organization(&tx, &new, None, clock.now()).await?;
    // It may do everything: whoever starts the hub invites the first owner with it.
    let key = ApiKey {
        id: ApiKeyId::new(clock.fresh_id()),
        name: "bootstrap".to_owned(),
        permissions: None,
        expires_at: None,
        // A shop's one key carries all its buyers.
        requests_per_minute: Some(0),
        made_by: None,
    };
    api_keys::insert(&tx, &key, &unguessable::hash(&api_key)).await?;
    let entry = Trail::of_hub(clock.now())
        .entry("organization.create", Subject::new("organization", new.id))
        .after(json!({ "name": new.name, "api_key": key.id }));
    audit_log::append(&tx, &entry).await?;
    tx.commit().await?;
    Ok(Bootstrapped {
        organization: Organization {
            id: new.id,
            name: new.name,
        },
        api_key,
    })
}

/// An organization that is to be.
#[derive(Clone, Debug)]
pub struct NewOrganization {
    /// Its id.
    pub id: OrgId,
    /// What people call it.
    pub name: String,
    location: LocationId,
}

impl NewOrganization {
    /// One with new ids.
    pub(crate) fn fresh(clock: &dyn Clock, name: &str) -> Self {
        Self {
            id: OrgId::new(clock.fresh_id()),
            name: name.to_owned(),
            location: LocationId::new(clock.fresh_id()),
        }
    }
}

/// Stores the organization with its first location and, if there is one, its owner.
pub(crate) async fn insert_organization(
    tx: &TenantTx,
    new: &NewOrganization,
    owner: Option<PersonId>,
    now: Timestamp,
) -> Result<(), StorageError> {
    organizations::insert(tx, &new.name).await?;
    let first = StockLocation {
        id: new.location,
        name: "Main".to_owned(),
        priority: 0,
    };
    stock_locations::insert(tx, &first).await?;
    if let Some(person) = owner {
        let membership = Membership {
            person,
            role: Role::Owner,
            locations: None,
        };
        let _is_first = memberships::insert(tx, &membership, now).await?;
    }
    Ok(())
}

/// Another organization of somebody who is signed in.
///
/// # Errors
/// When the name is unusable.
pub async fn create(
    people: &People,
    owner: PersonId,
    name: &str,
    trail: &Trail,
) -> Result<Organization, OperationError> {
    let new = NewOrganization::fresh(&*people.clock, &parse_name(name)?);
    let tx = people.tenants.begin(new.id).await?;
    insert_organization(&tx, &new, Some(owner), trail.at).await?;
    let entry = trail
        .entry("organization.create", Subject::new("organization", new.id))
        .after(json!({ "name": new.name, "owner": owner }));
    audit_log::append(&tx, &entry).await?;
    tx.commit().await?;
    Ok(Organization {
        id: new.id,
        name: new.name,
    })
}

/// Renames the organization.
///
/// # Errors
/// When the name is unusable.
pub async fn rename(people: &People, decider: &Decider, name: &str) -> Result<Organization, OperationError> {
    let name = parse_name(name)?;
    let tx = people.tenants.begin(decider.org).await?;
    let before = organizations::get_name(&tx).await?;
    organizations::update_name(&tx, &name).await?;
    let subject = Subject::new("organization", decider.org);
    let entry = decider
        .trail
        .entry("organization.rename", subject)
        .before(json!({ "name": before }));
    audit_log::append(&tx, &entry.after(json!({ "name": name }))).await?;
    tx.commit().await?;
    Ok(Organization { id: decider.org, name })
}
