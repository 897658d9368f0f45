//! Codes: of the authenticator app, or a recovery code. Each is taken once; the caller's transaction takes it, and a proof's
//! is its own, before that of what it proves.

use storage::people::Person;
use storage::{IdentityTx, recovery_codes, totp_secrets};

use super::Means;
use crate::mail::Letter;
use crate::operations::OperationError;
use crate::operations::people::PeopleError;
use crate::people::{Authenticator, People, hash_of_code};

/// Digits of an app's code; anything else is a recovery code.
const APP_DIGITS: usize = 6;

/// Which code it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UsedCode {
    /// The app's.
    Totp,
    /// One of those written down.
    Recovery,
}

/// Takes a code of this person.
///
/// # Errors
/// [`PeopleError::CodeRefused`]; the caller takes the transaction back.
pub(crate) async fn use_code(
    means: &Means<'_>,
    tx: &IdentityTx,
    person: &Person,
    code: &str,
) -> Result<UsedCode, OperationError> {
    let bare: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let is_app_code = bare.len() == APP_DIGITS && bare.bytes().all(|byte| byte.is_ascii_digit());
    let (used, is_right) = if is_app_code {
        (UsedCode::Totp, use_app_code(means, tx, (person, true), &bare).await?)
    } else {
        let hash = hash_of_code(person.id, code);
        (UsedCode::Recovery, recovery_codes::delete(tx, person.id, &hash).await?)
    };
    if is_right {
        Ok(used)
    } else {
        Err(PeopleError::CodeRefused.into())
    }
}

/// A code that was written down may have been found: its person is told of every use, once it is certain.
pub(crate) fn tell_if_written_down(people: &People, person: &Person, used: UsedCode) {
    if used == UsedCode::Recovery {
        let letter = Letter::recovery_code_used(&person.email, &people.settings.public_url);
        people.post.send(letter);
    }
}

/// Takes an app's code; `is_confirmed` says whether the app must count already, or must not yet.
pub(crate) async fn use_app_code(
    means: &Means<'_>,
    tx: &IdentityTx,
    (person, is_confirmed): (&Person, bool),
    code: &str,
) -> Result<bool, OperationError> {
    let stored = totp_secrets::lock(tx, person.id).await?;
    let Some(stored) = stored.filter(|stored| stored.is_confirmed == is_confirmed) else {
        return Ok(false);
    };
    let secret = means.vault.open_totp(&stored)?;
    let app = Authenticator::of(&secret, &person.email);
    let step = app.and_then(|app| app.step_of(code, means.people.clock.now()));
    match step {
        Some(step) => Ok(totp_secrets::take_step(tx, person.id, step).await?),
        None => Ok(false),
    }
}
