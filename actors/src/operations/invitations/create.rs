//! Inviting somebody, and thinking better of it.

use domain::access::Role;
use domain::audit::Subject;
use domain::ids::{InvitationId, LocationId};
use jiff::SignedDuration;
use serde_json::json;
use storage::invitations::{self, Invitation};
use storage::{TenantTx, audit_log, organizations};

use crate::mail::Letter;
use crate::operations::OperationError;
use crate::operations::members::{Decider, check_locations, roll_back};
use crate::operations::people::{PeopleError, parse_email};
use crate::people::{People, Token};

const OPEN_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Whom to invite as what.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// Their address.
    pub email: String,
    /// What they will be.
    pub role: Role,
    /// Where they may change stock; none: everywhere.
    pub locations: Option<Vec<LocationId>>,
}

/// Invites somebody, in the place of an earlier invitation to the same address.
///
/// # Errors
/// When the role is above the inviter's, or the person is a member already.
pub async fn create(people: &People, decider: &Decider, new: NewInvitation) -> Result<Invitation, OperationError> {
    let email = parse_email(&new.email)?.to_string();
    decider.reach.reaches(new.role).map_err(PeopleError::from)?;
    let token = Token::fresh(&*people.clock);
    let invitation = Invitation {
        id: InvitationId::new(people.clock.fresh_id()),
        email,
        role: new.role,
        locations: new.locations,
        expires_at: people.after(OPEN_FOR),
    };
    let tx = people.tenants.begin(decider.org).await?;
    let organization = match create_in(&tx, decider, &invitation, &token).await {
        Ok(name) => name,
        Err(error) => return roll_back(tx, error).await,
    };
    tx.commit().await?;
    let link = people.link("invitation", &token);
    people
        .post
        .send(Letter::invite(&invitation.email, &organization, invitation.role, &link));
    Ok(invitation)
}

async fn create_in(
    tx: &TenantTx,
    decider: &Decider,
    invitation: &Invitation,
    token: &Token,
) -> Result<String, OperationError> {
    if invitations::has_member(tx, &invitation.email).await? {
        return Err(PeopleError::MemberAlready.into());
    }
    check_locations(tx, invitation.locations.as_deref()).await?;
    let by = decider.trail.actor.id();
    invitations::insert(tx, (invitation, by), &token.hash(), decider.trail.at).await?;
    let name = organizations::get_name(tx).await?;
    let subject = Subject::new("invitation", invitation.id);
    let after = json!({
        "email": invitation.email, "role": invitation.role.word(), "location_ids": invitation.locations,
        "expires_at": invitation.expires_at,
    });
    audit_log::append(tx, &decider.trail.entry("invitation.create", subject).after(after)).await?;
    Ok(name)
}

/// Takes an invitation back.
///
/// # Errors
/// [`PeopleError::Unknown`].
pub async fn withdraw(people: &People, decider: &Decider, id: InvitationId) -> Result<(), OperationError> {
    let tx = people.tenants.begin(decider.org).await?;
    let Some(gone) = invitations::delete(&tx, id).await? else {
        return roll_back(tx, PeopleError::Unknown("invitation").into()).await;
    };
    let before = json!({ "email": gone.email, "role": gone.role.word() });
    let entry = decider
        .trail
        .entry("invitation.withdraw", Subject::new("invitation", id));
    audit_log::append(&tx, &entry.before(before)).await?;
    tx.commit().await?;
    Ok(())
}
