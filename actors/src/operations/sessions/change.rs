//! Switching to another organization, narrowing to a role, ending.

use domain::access::Role;
use domain::audit::{Subject, Trail};
use domain::ids::{OrgId, PersonId, SessionId};
use serde_json::json;
use storage::{memberships, sessions};

use crate::operations::OperationError;
use crate::operations::people::{PeopleError, commit_recorded};
use crate::people::{People, Token};

/// Lets the session act for another of the person's organizations, under a new token, which is returned. The old one, which is
/// given by its hash, is dead.
///
/// # Errors
/// [`PeopleError::Unknown`] when the person is no member there, or there is no such organization: the same words for both.
pub async fn switch(
    people: &People,
    (person, session, old_token): (PersonId, SessionId, [u8; 32]),
    org: OrgId,
    trail: &Trail,
) -> Result<String, OperationError> {
    let mine = memberships::list_of_person(&people.identities, person).await?;
    if !mine.iter().any(|one| one.id == org) {
        return Err(PeopleError::Unknown("organization").into());
    }
    let token = Token::fresh(&*people.clock);
    let tx = people.identities.begin().await?;
    if !sessions::switch(&tx, session, (&old_token, &token.hash()), org).await? {
        tx.commit().await?;
        return Err(PeopleError::Unknown("session").into());
    }
    let entry = trail.entry("session.switch", Subject::new("session", session));
    commit_recorded(tx, Some(org), &entry).await?;
    Ok(token.secret().to_owned())
}

/// Narrows the session to what `role` may do, or no longer. It never widens: a role above one's own changes nothing.
///
/// # Errors
/// When the database cannot be reached.
pub async fn see_as(
    people: &People,
    (session, org): (SessionId, Option<OrgId>),
    role: Option<Role>,
    trail: &Trail,
) -> Result<(), OperationError> {
    let tx = people.identities.begin().await?;
    sessions::see_as(&tx, session, role).await?;
    let entry = trail
        .entry("session.see_as", Subject::new("session", session))
        .after(json!({ "role": role.map(Role::word) }));
    commit_recorded(tx, org, &entry).await
}

/// Ends one of the person's sessions.
///
/// # Errors
/// [`PeopleError::Unknown`].
pub async fn end(
    people: &People,
    (person, org): (PersonId, Option<OrgId>),
    session: SessionId,
    trail: &Trail,
) -> Result<(), OperationError> {
    let tx = people.identities.begin().await?;
    if !sessions::delete(&tx, person, session).await? {
        tx.commit().await?;
        return Err(PeopleError::Unknown("session").into());
    }
    let entry = trail.entry("session.end", Subject::new("session", session));
    commit_recorded(tx, org, &entry).await
}

/// Ends all of the person's sessions but this one.
///
/// # Errors
/// When the database cannot be reached.
pub async fn end_others(
    people: &People,
    (person, org): (PersonId, Option<OrgId>),
    this: SessionId,
    trail: &Trail,
) -> Result<(), OperationError> {
    let tx = people.identities.begin().await?;
    let ended = sessions::delete_others(&tx, person, Some(this)).await?;
    let entry = trail
        .entry("session.end_others", Subject::new("person", person))
        .after(json!({ "ended": ended }));
    commit_recorded(tx, org, &entry).await
}
