//! The mail's answer: the person comes to be, with their organization and a session. It takes the password too, or somebody
//! could sign up with another's address and wait for them to click.

use domain::audit::{Actor, Subject};
use domain::ids::PersonId;
use serde_json::json;
use storage::people::{self as stored, Person};
use storage::sign_ups;

use super::{PeopleError, Visit, parse_email};
use crate::operations::OperationError;
use crate::operations::organizations::{NewOrganization, insert_organization};
use crate::operations::sessions::{Begun, prepare};
use crate::people::{Kind, People, begin_try};
use crate::unguessable;

/// Makes the person, their organization with a first location, and a session that acts for it.
///
/// # Errors
/// [`PeopleError::LinkUnusable`], or [`PeopleError::SignInRefused`] for another password than that of the sign-up.
pub async fn verify(people: &People, visit: &Visit, token: &str, password: &str) -> Result<Begun, OperationError> {
    let (token_hash, now) = (unguessable::hash(token), people.clock.now());
    let found = sign_ups::find(&people.identities, &token_hash, now).await?;
    let sign_up = found.ok_or(PeopleError::LinkUnusable)?;
    let counted = begin_try(people, Kind::Password, &parse_email(&sign_up.email)?, visit.from).await?;
    if !people
        .passwords
        .is_right(password, Some(&sign_up.password_hash))
        .await?
    {
        return Err(PeopleError::SignInRefused.into());
    }
    let person = Person {
        id: PersonId::new(people.clock.fresh_id()),
        email: sign_up.email,
        name: sign_up.name,
        password_hash: Some(sign_up.password_hash),
    };
    let organization = NewOrganization::fresh(&*people.clock, &sign_up.organization_name);
    let session = prepare(people, visit, person.id, Some(organization.id));
    let tx = people.identities.begin().await?;
    let is_first = sign_ups::delete(&tx, &token_hash).await? && stored::insert(&tx, &person, now).await?;
    if !is_first {
        return Err(PeopleError::LinkUnusable.into());
    }
    session.insert(&tx).await?;
    let tx = tx.narrow_to(organization.id).await?;
    let trail = visit.trail(now, Actor::Person(person.id));
    let entry = trail
        .entry("organization.create", Subject::new("organization", organization.id))
        .after(json!({ "name": organization.name, "owner": person.id }));
    insert_organization(&tx, &organization, Some(person.id), now).await?;
    storage::audit_log::append(&tx, &entry).await?;
    tx.commit().await?;
    counted.succeeded(people).await?;
    Ok(session.begun())
}
