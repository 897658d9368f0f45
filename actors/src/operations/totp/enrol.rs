//! A new secret for an app. It counts for nothing until a first code confirms it.

use domain::audit::Subject;
use storage::totp_secrets;

use crate::operations::OperationError;
use crate::operations::factors::{Means, Own, Proof, hold, prove};
use crate::operations::people::{PeopleError, commit_recorded};
use crate::people::{Authenticator, Enrolment};

/// Seals a new secret, in the place of one that waits for its first code; what the app is told, which is said once.
///
/// # Errors
/// Those of the proof; [`PeopleError::FactorExists`] when an app counts already.
pub async fn enrol(means: &Means<'_>, own: &Own<'_>, proof: &Proof<'_>) -> Result<Enrolment, OperationError> {
    let person = prove(means, own, proof).await?;
    let people = means.people;
    let secret = Authenticator::fresh_secret(&*people.clock);
    let app = Authenticator::of(&secret, &person.email);
    let tx = people.identities.begin().await?;
    hold(&tx, &person).await?;
    let sealed = means.vault.seal_totp(&tx, person.id, &secret).await?;
    if !totp_secrets::insert(&tx, person.id, &sealed, own.trail.at).await? {
        tx.roll_back().await?;
        return Err(PeopleError::FactorExists("you have an authenticator app; remove it first").into());
    }
    let entry = own.trail.entry("totp.enrol", Subject::new("person", person.id));
    commit_recorded(tx, own.org, &entry).await?;
    let enrolment = app.and_then(|app| app.enrolment(secret));
    enrolment.ok_or_else(|| PeopleError::EmailUnusable.into())
}
