//! The first code: from now on the app counts, and the password alone is not enough.

use domain::audit::Subject;
use serde_json::json;
use storage::{people as stored, totp_secrets};

use crate::mail::Letter;
use crate::operations::OperationError;
use crate::operations::factors::{Means, Own, use_app_code, write_first_codes};
use crate::operations::people::{PeopleError, commit_recorded, parse_email};
use crate::people::{Kind, begin_try};

/// Confirms the secret that waits; recovery codes, shown once, if there were none.
///
/// # Errors
/// [`PeopleError::CodeRefused`], also when no secret waits; [`PeopleError::TooManyTries`].
pub async fn confirm(means: &Means<'_>, own: &Own<'_>, code: &str) -> Result<Option<Vec<String>>, OperationError> {
    let people = means.people;
    let found = stored::find(&people.identities, own.person).await?;
    let person = found.ok_or(PeopleError::Unknown("person"))?;
    let counted = begin_try(people, Kind::Code, &parse_email(&person.email)?, own.trail.from).await?;
    let tx = people.identities.begin().await?;
    let is_right = use_app_code(means, &tx, (&person, false), code).await?;
    if !is_right || !totp_secrets::confirm(&tx, person.id, own.trail.at).await? {
        tx.roll_back().await?;
        return Err(PeopleError::CodeRefused.into());
    }
    let codes = write_first_codes(people, &tx, person.id).await?;
    let entry = own
        .trail
        .entry("totp.confirm", Subject::new("person", person.id))
        .after(json!({ "recovery_codes": codes.as_ref().map(Vec::len) }));
    commit_recorded(tx, own.org, &entry).await?;
    counted.succeeded(people).await;
    let letter = Letter::factor_added(&person.email, "An authenticator app", &people.settings.public_url);
    people.post.send(letter);
    Ok(codes)
}
