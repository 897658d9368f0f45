//! Ten new codes; the old ones are dead.

use domain::audit::Subject;
use storage::factors;

use crate::mail::Letter;
use crate::operations::OperationError;
use crate::operations::factors::{Means, Own, Proof, hold, prove, write_codes};
use crate::operations::people::{PeopleError, commit_recorded};

/// Writes ten codes, which are shown once.
///
/// # Errors
/// Those of the proof; [`PeopleError::Unknown`] for somebody who has no second factor that codes could stand in for.
pub async fn renew(means: &Means<'_>, own: &Own<'_>, proof: &Proof<'_>) -> Result<Vec<String>, OperationError> {
    let person = prove(means, own, proof).await?;
    let people = means.people;
    let tx = people.identities.begin().await?;
    hold(&tx, &person).await?;
    if !factors::find(&tx, person.id).await?.ask_for_a_second() {
        tx.roll_back().await?;
        return Err(PeopleError::Unknown("second factor that recovery codes could stand in for").into());
    }
    let codes = write_codes(people, &tx, person.id).await?;
    let entry = own
        .trail
        .entry("recovery_codes.renew", Subject::new("person", person.id));
    commit_recorded(tx, own.org, &entry).await?;
    let letter = Letter::factor_added(
        &person.email,
        "A new set of recovery codes",
        &people.settings.public_url,
    );
    people.post.send(letter);
    Ok(codes)
}
