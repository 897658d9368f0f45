//! Members: changing what they are, removing them, leaving.

use domain::access::{PermissionSet, Role};
use domain::audit::{Subject, Trail};
use domain::ids::{LocationId, OrgId, PersonId};
use serde_json::{Value, json};
use storage::memberships::{self, Membership};
use storage::{TenantTx, audit_log, invitations, stock_locations};

use super::OperationError;
use super::people::PeopleError;
use crate::people::People;

/// Whoever decides about others: how far they reach, and what their entries begin with.
#[derive(Clone, Debug)]
pub struct Decider {
    /// Where.
    pub org: OrgId,
    /// The highest role they may give or take.
    pub reach: Role,
    /// What they may do, and so the most that a key of theirs may do.
    pub permissions: PermissionSet,
    /// Who, when, from where.
    pub trail: Trail,
}

/// What a member is to be.
#[derive(Clone, Debug)]
pub struct MemberChange {
    /// Who.
    pub person: PersonId,
    /// What they will be.
    pub role: Role,
    /// Where they may change stock; none: everywhere.
    pub locations: Option<Vec<LocationId>>,
}

/// Changes a member's role and limits.
///
/// # Errors
/// When they are no member, or a rule about roles says no.
pub async fn change(people: &People, decider: &Decider, change: MemberChange) -> Result<(), OperationError> {
    let tx = people.tenants.begin(decider.org).await?;
    match change_in(&tx, decider, change).await {
        Ok(()) => Ok(tx.commit().await?),
        Err(error) => roll_back(tx, error).await,
    }
}

async fn change_in(tx: &TenantTx, decider: &Decider, change: MemberChange) -> Result<(), OperationError> {
    let (before, owners) = locked(tx, change.person).await?;
    decider.reach.reaches(before.role).map_err(PeopleError::from)?;
    decider.reach.reaches(change.role).map_err(PeopleError::from)?;
    if change.role != before.role {
        before.role.may_end(owners).map_err(PeopleError::from)?;
    }
    check_locations(tx, change.locations.as_deref()).await?;
    let after = Membership {
        person: change.person,
        role: change.role,
        locations: change.locations,
    };
    memberships::update(tx, &after).await?;
    let entry = decider
        .trail
        .entry("member.change", Subject::new("person", after.person));
    audit_log::append(tx, &entry.before(document(&before)).after(document(&after))).await?;
    Ok(())
}

/// Ends another's membership, or one's own: nobody needs leave to leave, but the last owner stays. What they offered to others
/// goes with them.
///
/// # Errors
/// When they are no member, or a rule about roles says no.
pub async fn remove(people: &People, decider: &Decider, person: PersonId) -> Result<(), OperationError> {
    let tx = people.tenants.begin(decider.org).await?;
    match remove_in(&tx, decider, person).await {
        Ok(()) => Ok(tx.commit().await?),
        Err(error) => roll_back(tx, error).await,
    }
}

async fn remove_in(tx: &TenantTx, decider: &Decider, person: PersonId) -> Result<(), OperationError> {
    let (before, owners) = locked(tx, person).await?;
    decider.reach.reaches(before.role).map_err(PeopleError::from)?;
    before.role.may_end(owners).map_err(PeopleError::from)?;
    memberships::delete(tx, person).await?;
    let withdrawn = invitations::delete_of_inviter(tx, person).await?;
    let entry = decider.trail.entry("member.remove", Subject::new("person", person));
    let mut entry = entry.before(document(&before));
    if !withdrawn.is_empty() {
        entry = entry.after(json!({ "withdrawn_invitations": withdrawn }));
    }
    audit_log::append(tx, &entry).await?;
    Ok(())
}

/// The membership, and how many owners there are, all locked.
async fn locked(tx: &TenantTx, person: PersonId) -> Result<(Membership, i64), OperationError> {
    let all = memberships::lock_all(tx).await?;
    let owners = all.iter().filter(|one| one.role == Role::Owner).count();
    let found = all.into_iter().find(|one| one.person == person);
    let found = found.ok_or(PeopleError::Unknown("member"))?;
    Ok((found, i64::try_from(owners).unwrap_or(i64::MAX)))
}

/// Limits name places that are there.
pub(super) async fn check_locations(tx: &TenantTx, wanted: Option<&[LocationId]>) -> Result<(), OperationError> {
    let Some(wanted) = wanted else { return Ok(()) };
    let known = stock_locations::list(tx).await?;
    let is_known = |id: &LocationId| known.iter().any(|one| one.id == *id);
    if !wanted.is_empty() && wanted.iter().all(is_known) {
        Ok(())
    } else {
        Err(PeopleError::LocationUnknown.into())
    }
}

/// The error matters; a lost connection takes everything back too.
pub(super) async fn roll_back<T>(tx: TenantTx, error: OperationError) -> Result<T, OperationError> {
    let _lost = tx.roll_back().await;
    Err(error)
}

fn document(membership: &Membership) -> Value {
    json!({ "role": membership.role.word(), "location_ids": membership.locations })
}
