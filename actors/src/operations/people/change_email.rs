//! Another address: asked for in a session with a proof, confirmed from the new mailbox. The old one is told at once.

use domain::audit::Subject;
use domain::ids::SessionId;
use jiff::SignedDuration;
use serde_json::json;
use storage::people as stored;
use storage::tickets::{self, NewTicket, TicketKind};

use super::{commit_recorded, parse_email};
use crate::mail::Letter;
use crate::operations::OperationError;
use crate::operations::factors::{Means, Own, Proof, hold, prove};
use crate::people::{Kind, Token, begin_try};

const CONFIRM_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// Has a letter sent to the new address and one to the old. An address that has an account gets the same answer, after the
/// same work; only its letter is another.
///
/// # Errors
/// Those of the proof; when the text is no address, or it was tried too often.
pub async fn change_email(
    means: &Means<'_>,
    own: &Own<'_>,
    (session, email): (SessionId, &str),
    proof: &Proof<'_>,
) -> Result<(), OperationError> {
    let new = parse_email(email)?;
    let person = prove(means, own, proof).await?;
    let people = means.people;
    let _counted = begin_try(people, Kind::Mail, &new, own.trail.from).await?;
    let known = stored::find_by_email(&people.identities, &new).await?;
    let token = Token::fresh(&*people.clock);
    let state = json!({ "email": new.as_str(), "session": session });
    let ticket = NewTicket {
        kind: TicketKind::EmailChange,
        person: Some(person.id),
        state: Some(&state),
        expires_at: people.after(CONFIRM_WITHIN),
    };
    let tx = people.identities.begin().await?;
    hold(&tx, &person).await?;
    tickets::delete_of_kind(&tx, person.id, TicketKind::EmailChange).await?;
    tickets::insert(&tx, &token.hash(), &ticket, own.trail.at).await?;
    let entry = own
        .trail
        .entry("person.ask_email_change", Subject::new("person", person.id));
    commit_recorded(tx, own.org, &entry).await?;
    let public_url = &people.settings.public_url;
    let letter = match known {
        Some(_) => Letter::email_known(new.as_str()),
        None => Letter::confirm_email(new.as_str(), &people.link("confirm-email", &token)),
    };
    people.post.send(letter);
    people
        .post
        .send(Letter::email_change_asked(&person.email, new.as_str(), public_url));
    Ok(())
}
