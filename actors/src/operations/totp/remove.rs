//! The app no longer counts.

use domain::audit::Subject;
use storage::totp_secrets;

use crate::mail::Letter;
use crate::operations::OperationError;
use crate::operations::factors::{Means, Own, Proof, forget_codes_if_alone, hold, prove};
use crate::operations::people::{PeopleError, commit_recorded};

/// Removes the person's app; the recovery codes go with the last factor.
///
/// # Errors
/// Those of the proof; [`PeopleError::Unknown`] when there is none.
pub async fn remove(means: &Means<'_>, own: &Own<'_>, proof: &Proof<'_>) -> Result<(), OperationError> {
    let person = prove(means, own, proof).await?;
    let people = means.people;
    let tx = people.identities.begin().await?;
    hold(&tx, &person).await?;
    if !totp_secrets::delete(&tx, person.id).await? {
        tx.roll_back().await?;
        return Err(PeopleError::Unknown("authenticator app").into());
    }
    forget_codes_if_alone(&tx, person.id).await?;
    let entry = own.trail.entry("totp.remove", Subject::new("person", person.id));
    commit_recorded(tx, own.org, &entry).await?;
    let letter = Letter::factor_removed(&person.email, "The authenticator app", &people.settings.public_url);
    people.post.send(letter);
    Ok(())
}
