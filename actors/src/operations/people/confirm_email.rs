//! The new mailbox answered: the address changes. Every session but the one that asked ends, and so does every letter that
//! went to the old address.

use domain::audit::Subject;
use domain::ids::SessionId;
use serde_json::Value;
use storage::tickets::{self, TicketKind, TicketName};
use storage::{password_resets, people as stored, sessions};
use uuid::Uuid;

use super::{PeopleError, commit_recorded};
use crate::mail::Letter;
use crate::operations::OperationError;
use crate::operations::factors::Own;
use crate::people::People;
use crate::unguessable;

/// Moves the person to the address that the letter's token confirms. Only they can: whoever merely has the mailbox would
/// otherwise take a stranger's account, with the stranger's ways in, for their own.
///
/// # Errors
/// [`PeopleError::LinkUnusable`], also when somebody has the address by now, or somebody else asked.
pub async fn confirm_email(people: &People, own: &Own<'_>, token: &str) -> Result<(), OperationError> {
    let now = people.clock.now();
    let name = TicketName {
        kind: TicketKind::EmailChange,
        hash: &unguessable::hash(token),
        now,
    };
    let found = tickets::find(&people.identities, name).await?;
    let id = found
        .filter(|person| *person == own.person)
        .ok_or(PeopleError::LinkUnusable)?;
    let before = stored::find(&people.identities, id).await?;
    let before = before.ok_or(PeopleError::LinkUnusable)?;
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
    let entry = own.trail.entry("person.change_email", Subject::new("person", id));
    commit_recorded(tx, own.org, &entry).await?;
    people.post.send(Letter::email_changed(&before.email, &email));
    Ok(())
}

/// The session that asked.
fn asked_by(state: &Value) -> Option<SessionId> {
    let id: Uuid = state["session"].as_str()?.parse().ok()?;
    Some(SessionId::new(id))
}
