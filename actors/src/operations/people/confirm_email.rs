//! The new mailbox answered: the address changes. Every session but the one that asked ends, and so does every letter that
//! went to the old address.

use domain::audit::{Actor, Subject};
use domain::ids::SessionId;
use serde_json::Value;
use storage::tickets::{self, TicketKind, TicketName};
use storage::{memberships, password_resets, people as stored, sessions};
use uuid::Uuid;

use super::{PeopleError, Visit, commit_recorded};
use crate::mail::Letter;
use crate::operations::OperationError;
use crate::people::People;
use crate::unguessable;

/// Moves the person to the address that the letter's token confirms.
///
/// # Errors
/// [`PeopleError::LinkUnusable`], also when somebody has the address by now.
pub async fn confirm_email(people: &People, visit: &Visit, token: &str) -> Result<(), OperationError> {
    let now = people.clock.now();
    let name = TicketName {
        kind: TicketKind::EmailChange,
        hash: &unguessable::hash(token),
        now,
    };
    let found = tickets::find(&people.identities, name).await?;
    let id = found.ok_or(PeopleError::LinkUnusable)?;
    let before = stored::find(&people.identities, id).await?;
    let before = before.ok_or(PeopleError::LinkUnusable)?;
    let mine = memberships::list_of_person(&people.identities, id).await?;
    let tx = people.identities.begin().await?;
    let state = tickets::take_within(&tx, name).await?.and_then(|ticket| ticket.state);
    let moved = match state.as_ref().and_then(|state| state["email"].as_str()) {
        Some(email) => stored::update_email(&tx, id, email).await?.then(|| email.to_owned()),
        None => None,
    };
    let Some(email) = moved else {
        tx.roll_back().await?;
        return Err(PeopleError::LinkUnusable.into());
    };
    password_resets::delete_all(&tx, id).await?;
    tickets::delete_of_person(&tx, id).await?;
    let _ended = sessions::delete_others(&tx, id, state.as_ref().and_then(asked_by)).await?;
    let trail = visit.trail(now, Actor::Person(id));
    let entry = trail.entry("person.change_email", Subject::new("person", id));
    commit_recorded(tx, mine.first().map(|first| first.id), &entry).await?;
    people.post.send(Letter::email_changed(&before.email, &email));
    Ok(())
}

/// The session that asked.
fn asked_by(state: &Value) -> Option<SessionId> {
    let id: Uuid = state["session"].as_str()?.parse().ok()?;
    Some(SessionId::new(id))
}
