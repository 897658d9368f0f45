//! Accepting: whoever has the token has the mailbox. Somebody with an account proves it with its password; somebody new chooses
//! one. The membership is what the invitation says; nothing in the request can make it more.

use domain::audit::{Actor, Subject};
use domain::ids::PersonId;
use domain::people::check_password;
use jiff::Timestamp;
use serde_json::json;
use storage::invitations::{self, Invitation, Offer};
use storage::memberships::{self, Membership};
use storage::people::{self as stored, Person};
use storage::{TenantTx, audit_log};

use super::inviter::Inviter;
use crate::operations::OperationError;
use crate::operations::members::roll_back;
use crate::operations::people::{PeopleError, Visit, parse_email, parse_name};
use crate::operations::sessions::{SignIn, ask, prepare};
use crate::people::{Kind, People, Try, begin_try};
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

/// Makes the person a member, and signs them in, or asks for their second factor.
///
/// # Errors
/// [`PeopleError::LinkUnusable`], also when whoever invited could not do so any more; [`PeopleError::SignInRefused`] for another password than that of the account.
pub async fn accept(
    people: &People,
    visit: &Visit,
    token: &str,
    (password, name): (&str, Option<&str>),
) -> Result<SignIn, OperationError> {
    let now = people.clock.now();
    let found = invitations::find(&people.identities, &unguessable::hash(token), now).await?;
    let offer = found.ok_or(PeopleError::LinkUnusable)?;
    let (person, is_new, counted) = who(people, visit, &offer, (password, name)).await?;
    let session = prepare(people, visit, person.id, Some(offer.org));
    let tx = people.identities.begin().await?;
    if is_new {
        if !stored::insert(&tx, &person, now).await? {
            return Err(PeopleError::LinkUnusable.into());
        }
    } else if !stored::lock_password(&tx, person.id, &person.password_hash).await? {
        return Err(PeopleError::SignInRefused.into());
    }
    let asked = ask(people, &tx, person.id).await?;
    if asked.is_none() {
        session.insert(&tx).await?;
    }
    let tx = tx.narrow_to(offer.org).await?;
    let Some(invitation) = take(&tx, &offer, now).await? else {
        return roll_back(tx, PeopleError::LinkUnusable.into()).await;
    };
    join(&tx, person.id, &invitation, visit.trail(now, Actor::Person(person.id))).await?;
    tx.commit().await?;
    counted.succeeded(people).await;
    Ok(asked.map_or_else(|| SignIn::Begun(session.begun()), SignIn::SecondFactor))
}

/// Uses an invitation up; none when it is gone, or whoever invited could not do so any more.
pub(crate) async fn take(tx: &TenantTx, offer: &Offer, now: Timestamp) -> Result<Option<Invitation>, OperationError> {
    // Whoever removes a member takes the membership first and then its invitations; the same order here.
    let inviter = Inviter::lock(tx, offer.invited_by, now).await?;
    let invitation = invitations::delete(tx, offer.id).await?;
    Ok(inviter
        .zip(invitation)
        .filter(|(inviter, invitation)| inviter.may_make(invitation))
        .map(|(_, invitation)| invitation))
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

/// The account behind the offer's address, proved; or a new one, and true. With the try that this was.
async fn who(
    people: &People,
    visit: &Visit,
    offer: &Offer,
    (password, name): (&str, Option<&str>),
) -> Result<(Person, bool, Try), OperationError> {
    let email = parse_email(&offer.email)?;
    let counted = begin_try(people, Kind::Password, &email, visit.from).await?;
    if let Some(known) = stored::find_by_email(&people.identities, &email).await? {
        if !people.passwords.is_right(password, Some(&known.password_hash)).await? {
            return Err(PeopleError::SignInRefused.into());
        }
        return Ok((known, false, counted));
    }
    check_password(password, &email).map_err(PeopleError::from)?;
    let new = Person {
        id: PersonId::new(people.clock.fresh_id()),
        email: email.to_string(),
        name: parse_name(name.unwrap_or_default())?,
        password_hash: people.passwords.hash(password, people.clock.fresh_secret()).await?,
    };
    Ok((new, true, counted))
}
