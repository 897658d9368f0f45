//! Whoever invited must still be able to: an invitation is no way around a removal, a lesser role or a revoked key.

use domain::access::{Permission, PermissionSet, Role};
use domain::ids::{ApiKeyId, LocationId, PersonId};
use jiff::Timestamp;
use storage::invitations::Invitation;
use storage::{StorageError, TenantTx, api_keys, memberships};
use uuid::Uuid;

/// What whoever invited may still give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Inviter {
    permissions: PermissionSet,
    reach: Role,
    locations: Option<Vec<LocationId>>,
}

impl Inviter {
    /// A member, or a key that works, and so until the transaction ends; none when they are neither any more.
    pub(super) async fn lock(tx: &TenantTx, id: Option<Uuid>, now: Timestamp) -> Result<Option<Self>, StorageError> {
        let Some(id) = id else { return Ok(None) };
        if let Some(member) = memberships::lock(tx, PersonId::new(id)).await? {
            return Ok(Some(Self {
                permissions: PermissionSet::of_role(member.role),
                reach: member.role,
                locations: member.locations,
            }));
        }
        let key = api_keys::lock_live(tx, ApiKeyId::new(id), now).await?;
        Ok(key.map(|key| Self {
            permissions: key.permissions,
            reach: key.permissions.reach(),
            locations: None,
        }))
    }

    /// Whether they could make this invitation today.
    pub(super) fn may_make(&self, invitation: &Invitation) -> bool {
        let may_give_places = match (&self.locations, &invitation.locations) {
            (None, _) => true,
            (Some(limits), Some(places)) => places.iter().all(|place| limits.contains(place)),
            (Some(_), None) => false,
        };
        may_give_places && self.permissions.has(Permission::InvitePeople) && self.reach.reaches(invitation.role).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::InvitationId;

    use super::*;

    fn of(role: Role, locations: Option<Vec<LocationId>>) -> Inviter {
        Inviter {
            permissions: PermissionSet::of_role(role),
            reach: role,
            locations,
        }
    }

    fn to(role: Role, locations: Option<Vec<LocationId>>) -> Invitation {
        Invitation {
            id: InvitationId::new(Uuid::nil()),
            email: "mei@example.com".to_owned(),
            role,
            locations,
            expires_at: Timestamp::MAX,
        }
    }

    #[test]
    fn an_inviter_gives_what_they_still_have() {
        let places = |numbers: &[u128]| Some(numbers.iter().map(|n| LocationId::new(Uuid::from_u128(*n))).collect());
        assert!(of(Role::Admin, None).may_make(&to(Role::Admin, None)));
        assert!(!of(Role::Admin, None).may_make(&to(Role::Owner, None)));
        assert!(
            !of(Role::Manager, None).may_make(&to(Role::Viewer, None)),
            "managers do not invite"
        );
        assert!(of(Role::Admin, places(&[1, 2])).may_make(&to(Role::Staff, places(&[2]))));
        assert!(!of(Role::Admin, places(&[1, 2])).may_make(&to(Role::Staff, places(&[2, 3]))));
        assert!(!of(Role::Admin, places(&[1, 2])).may_make(&to(Role::Staff, None)));
    }
}
