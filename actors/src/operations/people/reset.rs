//! A new password by a letter's token. Every session of the person ends.

use domain::audit::{Actor, Subject};
use domain::people::check_password;
use storage::{memberships, password_resets, people as stored, sessions, tickets};

use super::{PeopleError, Visit, commit_recorded, parse_email};
use crate::mail::Letter;
use crate::operations::OperationError;
use crate::people::{Kind, People, forgive};
use crate::unguessable;

/// Sets the password.
///
/// # Errors
/// [`PeopleError::LinkUnusable`], or when the password is unusable; the token can then be used again.
pub async fn reset(people: &People, visit: &Visit, token: &str, password: &str) -> Result<(), OperationError> {
    let (token_hash, now) = (unguessable::hash(token), people.clock.now());
    let found = password_resets::find(&people.identities, &token_hash, now).await?;
    let id = found.ok_or(PeopleError::LinkUnusable)?;
    let person = stored::find(&people.identities, id)
        .await?
        .ok_or(PeopleError::LinkUnusable)?;
    let email = parse_email(&person.email)?;
    check_password(password, &email).map_err(PeopleError::from)?;
    let hash = people.passwords.hash(password, people.clock.fresh_secret()).await?;
    let mine = memberships::list_of_person(&people.identities, id).await?;
    let tx = people.identities.begin().await?;
    if !password_resets::delete(&tx, &token_hash).await? {
        tx.commit().await?;
        return Err(PeopleError::LinkUnusable.into());
    }
    stored::update_password(&tx, id, &hash, now).await?;
    password_resets::delete_all(&tx, id).await?;
    tickets::delete_of_person(&tx, id).await?;
    let _ended = sessions::delete_others(&tx, id, None).await?;
    let trail = visit.trail(now, Actor::Person(id));
    let entry = trail.entry("person.reset_password", Subject::new("person", id));
    commit_recorded(tx, mine.first().map(|first| first.id), &entry).await?;
    // Whoever owns the mailbox is let back in, however often others tried.
    forgive(people, Kind::Password, &email, visit.from).await;
    people
        .post
        .send(Letter::password_changed(&person.email, &people.settings.public_url));
    Ok(())
}
