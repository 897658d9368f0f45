//! Signing up: kept until its mail is answered. The answer, and its time, are the same for an address that has an account.

use domain::people::check_password;
use jiff::SignedDuration;
use storage::people as stored;
use storage::sign_ups::{self, SignUp};

use super::{PeopleError, Visit, parse_email, parse_name};
use crate::mail::Letter;
use crate::operations::OperationError;
use crate::people::{Kind, People, Token, begin_try};

const ANSWER_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// What somebody signs up with. No `Debug`: it holds the password.
pub struct NewSignUp<'a> {
    /// Their address.
    pub email: &'a str,
    /// Their password.
    pub password: &'a str,
    /// What they are called.
    pub name: &'a str,
    /// What their organization is called.
    pub organization: &'a str,
}

/// Keeps the sign-up and sends a letter.
///
/// # Errors
/// When the password, the address or a name is unusable, or it was tried too often.
pub async fn sign_up(people: &People, visit: &Visit, new: &NewSignUp<'_>) -> Result<(), OperationError> {
    let email = parse_email(new.email)?;
    let (name, organization_name) = (parse_name(new.name)?, parse_name(new.organization)?);
    check_password(new.password, &email).map_err(PeopleError::from)?;
    let _counted = begin_try(people, Kind::Mail, &email, visit.from).await?;
    let password_hash = people.passwords.hash(new.password, people.clock.fresh_secret()).await?;
    let known = stored::find_by_email(&people.identities, &email).await?;
    let token = Token::fresh(&*people.clock);
    let sign_up = SignUp {
        email: email.to_string(),
        name,
        organization_name,
        password_hash,
    };
    // Kept even for an address that has an account, whose token nobody gets: the work is the same.
    let tx = people.identities.begin().await?;
    let times = (people.clock.now(), people.after(ANSWER_WITHIN));
    sign_ups::insert(&tx, &token.hash(), &sign_up, times).await?;
    tx.commit().await?;
    let letter = match known {
        Some(_) => Letter::known_already(email.as_str(), &people.settings.public_url),
        None => Letter::verify(email.as_str(), &people.link("verify", &token)),
    };
    people.post.send(letter);
    Ok(())
}
