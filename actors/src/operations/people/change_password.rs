//! A new password by the old one. The person's other sessions end.

use domain::audit::{Subject, Trail};
use domain::ids::{OrgId, PersonId, SessionId};
use domain::people::check_password;
use storage::{password_resets, people as stored, sessions};

use super::{PeopleError, commit_recorded, parse_email};
use crate::mail::Letter;
use crate::operations::OperationError;
use crate::people::{Kind, People, begin_try};

/// Sets the password of the session's person.
///
/// # Errors
/// [`PeopleError::SignInRefused`] for a wrong old password, which is counted as a try.
pub async fn change_password(
    people: &People,
    (person, session, org): (PersonId, SessionId, Option<OrgId>),
    (old, new): (&str, &str),
    trail: &Trail,
) -> Result<(), OperationError> {
    let found = stored::find(&people.identities, person).await?;
    let known = found.ok_or(PeopleError::Unknown("person"))?;
    let email = parse_email(&known.email)?;
    check_password(new, &email).map_err(PeopleError::from)?;
    let counted = begin_try(people, Kind::Password, &email, trail.from).await?;
    if !people.passwords.is_right(old, known.password_hash.as_deref()).await? {
        return Err(PeopleError::SignInRefused.into());
    }
    let hash = people.passwords.hash(new, people.clock.fresh_secret()).await?;
    let tx = people.identities.begin().await?;
    stored::update_password(&tx, person, &hash, trail.at).await?;
    password_resets::delete_all(&tx, person).await?;
    let _ended = sessions::delete_others(&tx, person, Some(session)).await?;
    let entry = trail.entry("person.change_password", Subject::new("person", person));
    commit_recorded(tx, org, &entry).await?;
    counted.succeeded(people).await?;
    people
        .post
        .send(Letter::password_changed(&known.email, &people.settings.public_url));
    Ok(())
}
