//! A passkey answered: its person is signed in. It asked for their finger, face or PIN, so it is two factors by itself.

use domain::audit::Actor;
use serde_json::Value;
use storage::tickets::{self, TicketKind, TicketName};

use crate::operations::OperationError;
use crate::operations::factors::use_passkey;
use crate::operations::people::{PeopleError, Visit};
use crate::operations::sessions::{Begun, begin_with, prepare_first};
use crate::people::{Passkeys, People};
use crate::unguessable;

/// Signs in whoever the passkey belongs to.
///
/// # Errors
/// [`PeopleError::TicketUnusable`], [`PeopleError::PasskeyRefused`].
pub async fn finish_sign_in(
    people: &People,
    visit: &Visit,
    ticket: &str,
    answer: &Value,
) -> Result<Begun, OperationError> {
    let now = people.clock.now();
    let name = TicketName {
        kind: TicketKind::PasskeySignIn,
        hash: &unguessable::hash(ticket),
        now,
    };
    let ticket = tickets::take(&people.identities, name).await?;
    let (person, _) = Passkeys::names_in(answer)?;
    let person = person.ok_or(PeopleError::PasskeyRefused)?;
    let trail = visit.trail(now, Actor::Person(person));
    use_passkey(people, person, (ticket, answer), &trail).await?;
    let session = prepare_first(people, visit, person).await?;
    let tx = people.identities.begin().await?;
    begin_with(visit, (tx, session), "passkey").await
}
