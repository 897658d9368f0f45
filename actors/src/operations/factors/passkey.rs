//! A passkey's challenge goes out under a ticket; its answer is held against the challenge, once.

use domain::audit::{Subject, Trail};
use domain::ids::PersonId;
use jiff::SignedDuration;
use serde_json::{Value, json};
use storage::passkeys::{self, StoredPasskey};
use storage::tickets::{self, NewTicket, Ticket, TicketKind};
use storage::{memberships, people as stored};

use crate::mail::Letter;
use crate::operations::OperationError;
use crate::operations::people::{PeopleError, commit_recorded};
use crate::people::{Answer, Challenge, Passkeys, People, Token};

/// How long a browser may take.
pub(crate) const TICKET_FOR: SignedDuration = SignedDuration::from_mins(5);

/// A challenge on its way to a browser.
pub struct ChallengeGiven {
    /// What comes back with the answer.
    pub ticket: String,
    /// What the browser hands to `navigator.credentials`.
    pub options: Value,
}

/// Keeps a challenge under a new ticket.
pub(crate) async fn keep_ticket(
    people: &People,
    (kind, person): (TicketKind, Option<PersonId>),
    challenge: Challenge,
) -> Result<ChallengeGiven, OperationError> {
    let token = Token::fresh(&*people.clock);
    let ticket = NewTicket {
        kind,
        person,
        state: Some(&challenge.state),
        expires_at: people.after(TICKET_FOR),
    };
    let tx = people.identities.begin().await?;
    tickets::insert(&tx, &token.hash(), &ticket, people.clock.now()).await?;
    tx.commit().await?;
    Ok(ChallengeGiven {
        ticket: token.secret().to_owned(),
        options: challenge.options,
    })
}

/// Holds a passkey's answer against the challenge of a ticket that was used up, and notes the use. `trail` is the person's.
///
/// # Errors
/// [`PeopleError::TicketUnusable`] when the ticket holds no challenge of this person's; [`PeopleError::PasskeyRefused`].
pub(crate) async fn use_passkey(
    people: &People,
    person: PersonId,
    (ticket, answer): (Option<Ticket>, &Value),
    trail: &Trail,
) -> Result<(), OperationError> {
    let ticket = ticket.filter(|ticket| ticket.person.is_none_or(|whose| whose == person));
    let state = ticket
        .and_then(|ticket| ticket.state)
        .ok_or(PeopleError::TicketUnusable)?;
    let (_, credential_id) = Passkeys::names_in(answer)?;
    let tx = people.identities.begin().await?;
    let checked = match passkeys::lock(&tx, person, &credential_id).await? {
        Some(kept) => (people.passkeys.check(state, answer, &kept)?, Some(kept)),
        None => (Answer::Wrong, None),
    };
    match checked {
        (Answer::Right(credential), Some(kept)) => {
            passkeys::update_use(&tx, kept.id, &credential, trail.at).await?;
            tx.commit().await?;
            Ok(())
        }
        (Answer::Suspect, Some(kept)) => {
            tx.commit().await?;
            record_suspect(people, &kept, trail).await?;
            Err(PeopleError::PasskeyRefused.into())
        }
        (Answer::Right(_) | Answer::Suspect | Answer::Wrong, _) => {
            tx.commit().await?;
            Err(PeopleError::PasskeyRefused.into())
        }
    }
}

/// Its counter went back: the passkey, or a copy of it, was used elsewhere since. Its person is told.
async fn record_suspect(people: &People, passkey: &StoredPasskey, trail: &Trail) -> Result<(), OperationError> {
    let mine = memberships::list_of_person(&people.identities, passkey.person).await?;
    let person = stored::find(&people.identities, passkey.person).await?;
    let entry = trail
        .entry("passkey.suspect", Subject::new("passkey", passkey.id))
        .after(json!({ "person": passkey.person, "why": "its counter went back" }));
    let tx = people.identities.begin().await?;
    commit_recorded(tx, mine.first().map(|first| first.id), &entry).await?;
    if let Some(person) = person {
        let letter = Letter::passkey_suspect(&person.email, &passkey.name, &people.settings.public_url);
        people.post.send(letter);
    }
    Ok(())
}
