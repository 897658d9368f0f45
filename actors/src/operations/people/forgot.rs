//! A forgotten password: a letter with a way back in, if there is an account. The answer comes before that is looked up.

use domain::people::EmailAddress;
use jiff::SignedDuration;
use storage::{StorageError, password_resets, people as stored};
use tracing::error;

use super::{Visit, parse_email};
use crate::mail::Letter;
use crate::operations::OperationError;
use crate::people::{Kind, People, Token, begin_try};

const USABLE_FOR: SignedDuration = SignedDuration::from_hours(1);

/// Has a letter sent to the address, if it has an account.
///
/// # Errors
/// When the text is no address, or it was tried too often.
pub async fn forgot(people: &People, visit: &Visit, email: &str) -> Result<(), OperationError> {
    let email = parse_email(email)?;
    let _counted = begin_try(people, Kind::Mail, &email, visit.from).await?;
    let people = people.clone();
    tokio::spawn(async move {
        if let Err(error) = write(&people, &email).await {
            error!(%error, "a password reset was not prepared");
        }
    });
    Ok(())
}

async fn write(people: &People, email: &EmailAddress) -> Result<(), StorageError> {
    let Some(person) = stored::find_by_email(&people.identities, email).await? else {
        return Ok(());
    };
    let token = Token::fresh(&*people.clock);
    let tx = people.identities.begin().await?;
    password_resets::insert(&tx, &token.hash(), person.id, people.after(USABLE_FOR)).await?;
    tx.commit().await?;
    people
        .post
        .send(Letter::reset(email.as_str(), &people.link("reset", &token)));
    Ok(())
}
