//! Accepting: whoever has the token has the mailbox. Somebody with an account proves it with its password; somebody new chooses
//! one. The membership is what the invitation says; nothing in the request can make it more.

use domain::audit::{Actor, Subject};
use domain::ids::PersonId;
use domain::people::check_password;
use serde_json::json;
use storage::invitations::{self, Invitation, Offer};
use storage::memberships::{self, Membership};
use storage::people::{self as stored, Person};
use storage::{TenantTx, audit_log};

use crate::operations::OperationError;
use crate::operations::people::{PeopleError, Visit, parse_email, parse_name};
use crate::operations::sessions::{Begun, prepare};
use crate::people::{Kind, People, begin_try};
use crate::unguessable;

/// What the token offers, and whether its address has an account.
///
/// # Errors
/// [`PeopleError::LinkUnusable`].
pub async fn look(people: &People, token: &str) -> Result<(Offer, bool), OperationError> {
    let found = invitations::find(&people.identities, &unguessable::hash(token), people.clock.now()).await?;
    let offer = found.ok_or(PeopleError::LinkUnusable)?;
    let known = stored::find_by_email(&people.identities, &parse_email(&offer.email)?).await?;
    Ok((offer, known.is_some()))
}

/// Makes the person a member, and signs them in.
///
/// # Errors
/// [`PeopleError::LinkUnusable`]; [`PeopleError::SignInRefused`] for another password than that of the account.
pub async fn accept(
    people: &People,
    visit: &Visit,
    token: &str,
    (password, name): (&str, Option<&str>),
) -> Result<Begun, OperationError> {
    let now = people.clock.now();
    let found = invitations::find(&people.identities, &unguessable::hash(token), now).await?;
    let offer = found.ok_or(PeopleError::LinkUnusable)?;
    let (person, is_new) = who(people, visit, &offer, (password, name)).await?;
    let session = prepare(people, visit, person.id, Some(offer.org));
    let tx = people.identities.begin().await?;
    if is_new && !stored::insert(&tx, &person, now).await? {
        return Err(PeopleError::LinkUnusable.into());
    }
    session.insert(&tx).await?;
    let tx = tx.narrow_to(offer.org).await?;
    let Some(invitation) = invitations::delete(&tx, offer.id).await? else {
        return Err(PeopleError::LinkUnusable.into());
    };
    join(&tx, person.id, &invitation, visit.trail(now, Actor::Person(person.id))).await?;
    tx.commit().await?;
    Ok(session.begun())
}

/// Makes somebody what the invitation says, with its entry.
pub(crate) async fn join(
    tx: &TenantTx,
    person: PersonId,
    invitation: &Invitation,
    trail: domain::audit::Trail,
) -> Result<(), OperationError> {
    let membership = Membership {
        person,
        role: invitation.role,
        locations: invitation.locations.clone(),
    };
    if !memberships::insert(tx, &membership, trail.at).await? {
        return Err(PeopleError::MemberAlready.into());
    }
    let after = json!({ "person": person, "role": membership.role.word(), "location_ids": membership.locations });
    let entry = trail.entry("invitation.accept", Subject::new("invitation", invitation.id));
    audit_log::append(tx, &entry.after(after)).await?;
    Ok(())
}

/// The account behind the offer's address, proved; or a new one, and true.
async fn who(
    people: &People,
    visit: &Visit,
    offer: &Offer,
    (password, name): (&str, Option<&str>),
) -> Result<(Person, bool), OperationError> {
    let email = parse_email(&offer.email)?;
    let counted = begin_try(people, Kind::Password, &email, visit.from).await?;
    if let Some(known) = stored::find_by_email(&people.identities, &email).await? {
        if !people
            .passwords
            .is_right(password, known.password_hash.as_deref())
            .await?
        {
            return Err(PeopleError::SignInRefused.into());
        }
        counted.succeeded(people).await?;
        return Ok((known, false));
    }
    check_password(password, &email).map_err(PeopleError::from)?;
    let new = Person {
        id: PersonId::new(people.clock.fresh_id()),
        email: email.to_string(),
        name: parse_name(name.unwrap_or_default())?,
        password_hash: Some(people.passwords.hash(password, people.clock.fresh_secret()).await?),
    };
    counted.succeeded(people).await?;
    Ok((new, true))
}
