//! The browser made a passkey: it is kept.

use domain::audit::Subject;
use domain::ids::PasskeyId;
use serde_json::{Value, json};
use storage::passkeys::{self, StoredPasskey};
use storage::people as stored;
use storage::tickets::{self, TicketKind, TicketName};

use crate::mail::Letter;
use crate::operations::OperationError;
use crate::operations::factors::{Own, write_first_codes};
use crate::operations::people::{PeopleError, commit_recorded, parse_name};
use crate::people::People;
use crate::unguessable;

/// A passkey that was added.
pub struct Registered {
    /// As it is kept.
    pub passkey: StoredPasskey,
    /// Recovery codes, shown once, if there were none.
    pub recovery_codes: Option<Vec<String>>,
}

/// Keeps the passkey that answered the ticket's challenge.
///
/// # Errors
/// [`PeopleError::TicketUnusable`], [`PeopleError::PasskeyRefused`], [`PeopleError::NameUnusable`],
/// [`PeopleError::FactorExists`] when it is known.
pub async fn finish_registration(
    people: &People,
    own: &Own<'_>,
    (ticket, name): (&str, &str),
    answer: &Value,
) -> Result<Registered, OperationError> {
    let name = parse_name(name)?;
    let held = TicketName {
        kind: TicketKind::PasskeyRegistration,
        hash: &unguessable::hash(ticket),
        now: people.clock.now(),
    };
    let ticket = tickets::take(&people.identities, held).await?;
    let ticket = ticket.filter(|ticket| ticket.person == Some(own.person));
    let state = ticket
        .and_then(|ticket| ticket.state)
        .ok_or(PeopleError::TicketUnusable)?;
    let made = people.passkeys.take_new(state, answer)?;
    let found = stored::find(&people.identities, own.person).await?;
    let person = found.ok_or(PeopleError::Unknown("person"))?;
    let passkey = StoredPasskey {
        id: PasskeyId::new(people.clock.fresh_id()),
        person: own.person,
        credential: made.credential,
        name,
        created_at: own.trail.at,
        last_used_at: None,
    };
    let tx = people.identities.begin().await?;
    if !passkeys::insert(&tx, &passkey, &made.credential_id).await? {
        tx.roll_back().await?;
        return Err(PeopleError::FactorExists("this passkey was added before").into());
    }
    let recovery_codes = write_first_codes(people, &tx, own.person).await?;
    let entry = own
        .trail
        .entry("passkey.register", Subject::new("passkey", passkey.id))
        .after(json!({ "name": passkey.name, "recovery_codes": recovery_codes.as_ref().map(Vec::len) }));
    commit_recorded(tx, own.org, &entry).await?;
    let what = format!("The passkey \"{}\"", passkey.name);
    let letter = Letter::factor_added(&person.email, &what, &people.settings.public_url);
    people.post.send(letter);
    Ok(Registered {
        passkey,
        recovery_codes,
    })
}
