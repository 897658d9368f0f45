//! The second half of signing in: after the password or a provider's word, a code or a passkey. There is no session before both.

use domain::audit::Actor;
use domain::ids::PersonId;
use serde_json::Value;
use storage::people::{self as stored, Person};
use storage::tickets::{self, NewTicket, TicketKind, TicketName};
use storage::{IdentityTx, factors, passkeys};

use super::begin::{begin_with, prepare_first};
use super::{Begun, SecondFactorAsked};
use crate::operations::OperationError;
use crate::operations::factors::{Means, TICKET_FOR, UsedCode, tell_if_written_down, use_code, use_passkey};
use crate::operations::people::{PeopleError, Visit, parse_email};
use crate::people::{Kind, People, Token, begin_try};
use crate::unguessable;

/// What comes second. No `Debug`: it is a secret for a while.
pub enum Second<'a> {
    /// A code of the app, or a recovery code.
    Code(&'a str),
    /// A passkey's answer to the ticket's challenge.
    Passkey(&'a Value),
}

/// A ticket for the second half, if this person needs one. It belongs to the transaction that saw the first half proved.
pub(crate) async fn ask(
    people: &People,
    tx: &IdentityTx,
    person: PersonId,
) -> Result<Option<SecondFactorAsked>, OperationError> {
    let own = factors::find(tx, person).await?;
    if !own.ask_for_a_second() {
        return Ok(None);
    }
    let token = Token::fresh(&*people.clock);
    let expires_at = people.after(TICKET_FOR);
    let ticket = NewTicket {
        kind: TicketKind::SecondFactor,
        person: Some(person),
        state: None,
        expires_at,
    };
    tickets::insert(tx, &token.hash(), &ticket, people.clock.now()).await?;
    Ok(Some(SecondFactorAsked {
        ticket: token.secret().to_owned(),
        factors: own.words(),
        expires_at,
    }))
}

/// A challenge for a passkey of the person whose ticket this is, in the place of an earlier one.
///
/// # Errors
/// [`PeopleError::TicketUnusable`]; [`PeopleError::Unknown`] when they have no passkey.
pub async fn challenge_second(people: &People, ticket: &str) -> Result<Value, OperationError> {
    let (hash, now) = (unguessable::hash(ticket), people.clock.now());
    let person = tickets::find(&people.identities, named(&hash, now)).await?;
    let person = person.ok_or(PeopleError::TicketUnusable)?;
    let known = passkeys::list(&people.identities, person).await?;
    if known.is_empty() {
        return Err(PeopleError::Unknown("passkey").into());
    }
    let challenge = people.passkeys.challenge_known(&known)?;
    let set = tickets::set_state(&people.identities, named(&hash, now), &challenge.state).await?;
    set.map(|_| challenge.options)
        .ok_or_else(|| PeopleError::TicketUnusable.into())
}

/// Ends signing in. The ticket is used up by success; a wrong code leaves it, and is counted.
///
/// # Errors
/// [`PeopleError::TicketUnusable`], [`PeopleError::CodeRefused`], [`PeopleError::PasskeyRefused`],
/// [`PeopleError::TooManyTries`].
pub async fn second_factor(
    means: &Means<'_>,
    visit: &Visit,
    ticket: &str,
    second: &Second<'_>,
) -> Result<Begun, OperationError> {
    let people = means.people;
    let (hash, now) = (unguessable::hash(ticket), people.clock.now());
    let person = tickets::find(&people.identities, named(&hash, now)).await?;
    let person = person.ok_or(PeopleError::TicketUnusable)?;
    let found = stored::find(&people.identities, person).await?;
    let person = found.ok_or(PeopleError::TicketUnusable)?;
    match second {
        Second::Code(code) => by_code(means, visit, (&person, &hash), code).await,
        Second::Passkey(answer) => {
            let held = tickets::take_state(&people.identities, named(&hash, now)).await?;
            let trail = visit.trail(now, Actor::Person(person.id));
            use_passkey(people, person.id, (held, answer), &trail).await?;
            let session = prepare_first(people, visit, person.id).await?;
            let tx = take_ticket(people, (&person, &hash)).await?;
            begin_with(visit, (tx, session), "passkey as second factor").await
        }
    }
}

async fn by_code(
    means: &Means<'_>,
    visit: &Visit,
    (person, hash): (&Person, &[u8; 32]),
    code: &str,
) -> Result<Begun, OperationError> {
    let people = means.people;
    let counted = begin_try(people, Kind::Code, &parse_email(&person.email)?, visit.from).await?;
    let session = prepare_first(people, visit, person.id).await?;
    let tx = take_ticket(people, (person, hash)).await?;
    let used = match use_code(means, &tx, person, code).await {
        Ok(used) => used,
        Err(error) => {
            tx.roll_back().await?;
            return Err(error);
        }
    };
    let how = match used {
        UsedCode::Totp => "totp as second factor",
        UsedCode::Recovery => "recovery_code as second factor",
    };
    let begun = begin_with(visit, (tx, session), how).await?;
    counted.succeeded(people).await;
    tell_if_written_down(people, person, used);
    Ok(begun)
}

/// A transaction in which the ticket is used up: nobody else can use it, unless the transaction is taken back.
async fn take_ticket(people: &People, (person, hash): (&Person, &[u8; 32])) -> Result<IdentityTx, OperationError> {
    let tx = people.identities.begin().await?;
    let taken = tickets::take_within(&tx, named(hash, people.clock.now())).await?;
    if taken.is_some_and(|ticket| ticket.person == Some(person.id)) {
        return Ok(tx);
    }
    tx.roll_back().await?;
    Err(PeopleError::TicketUnusable.into())
}

fn named(hash: &[u8; 32], now: jiff::Timestamp) -> TicketName<'_> {
    TicketName {
        kind: TicketKind::SecondFactor,
        hash,
        now,
    }
}
