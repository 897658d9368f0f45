//! Somebody who is signed in proves again that it is them, before what they sign in with changes: a browser left alone for a
//! minute must not be enough to take an account over.

use serde_json::Value;
use storage::IdentityTx;
use storage::people::{self as stored, Person};
use storage::tickets::{self, TicketKind, TicketName};

use super::{Means, Own, tell_if_written_down, use_code, use_passkey};
use crate::operations::OperationError;
use crate::operations::people::{PeopleError, parse_email};
use crate::people::{Kind, begin_try};
use crate::unguessable;

/// What they prove it with. No `Debug`: it holds secrets.
pub enum Proof<'a> {
    /// The password.
    Password(&'a str),
    /// A code of the app, or a recovery code.
    Code(&'a str),
    /// A passkey's answer, and the ticket of its challenge.
    Passkey {
        /// The ticket.
        ticket: &'a str,
        /// The answer.
        credential: &'a Value,
    },
}

/// Lets nobody pass but the person themselves; who they are.
///
/// # Errors
/// [`PeopleError::SignInRefused`], [`PeopleError::CodeRefused`], [`PeopleError::PasskeyRefused`] or
/// [`PeopleError::TicketUnusable`]; [`PeopleError::TooManyTries`].
pub(crate) async fn prove(means: &Means<'_>, own: &Own<'_>, proof: &Proof<'_>) -> Result<Person, OperationError> {
    let people = means.people;
    let found = stored::find(&people.identities, own.person).await?;
    let person = found.ok_or(PeopleError::Unknown("person"))?;
    let email = parse_email(&person.email)?;
    match proof {
        Proof::Password(password) => {
            let counted = begin_try(people, Kind::Password, &email, own.trail.from).await?;
            if !people.passwords.is_right(password, Some(&person.password_hash)).await? {
                return Err(PeopleError::SignInRefused.into());
            }
            counted.succeeded(people).await;
        }
        Proof::Code(code) => {
            let counted = begin_try(people, Kind::Code, &email, own.trail.from).await?;
            let tx = people.identities.begin().await?;
            let used = match use_code(means, &tx, &person, code).await {
                Ok(used) => used,
                Err(error) => {
                    tx.roll_back().await?;
                    return Err(error);
                }
            };
            tx.commit().await?;
            counted.succeeded(people).await;
            tell_if_written_down(people, &person, used);
        }
        Proof::Passkey { ticket, credential } => {
            let name = TicketName {
                kind: TicketKind::PasskeyProof,
                hash: &unguessable::hash(ticket),
                now: people.clock.now(),
            };
            let ticket = tickets::take(&people.identities, name).await?;
            use_passkey(people, own.person, (ticket, credential), own.trail).await?;
        }
    }
    Ok(person)
}

/// Holds what was proved until the transaction ends: proving takes long enough for the password to change meanwhile, and who
/// reset it means to lock out whoever proved anything before.
pub(crate) async fn hold(tx: &IdentityTx, proved: &Person) -> Result<(), OperationError> {
    if stored::lock_password(tx, proved.id, &proved.password_hash).await? {
        Ok(())
    } else {
        Err(PeopleError::SignInRefused.into())
    }
}
