//! A passkey no longer opens anything, unless it is the last way in.

use domain::audit::Subject;
use domain::ids::PasskeyId;
use serde_json::json;
use storage::passkeys;

use crate::mail::Letter;
use crate::operations::OperationError;
use crate::operations::factors::{Means, Own, Proof, forget_codes_if_alone, hold, lock_ways_in, prove};
use crate::operations::people::{PeopleError, commit_recorded};

/// Removes one of the person's passkeys.
///
/// # Errors
/// Those of the proof; [`PeopleError::Unknown`]; [`PeopleError::LastWayIn`] for the last passkey of somebody without any
/// other way in.
pub async fn remove(means: &Means<'_>, own: &Own<'_>, id: PasskeyId, proof: &Proof<'_>) -> Result<(), OperationError> {
    let person = prove(means, own, proof).await?;
    let people = means.people;
    let tx = people.identities.begin().await?;
    hold(&tx, &person).await?;
    let ways = lock_ways_in(&tx, own.person).await?;
    let Some(name) = passkeys::delete(&tx, own.person, id).await? else {
        tx.roll_back().await?;
        return Err(PeopleError::Unknown("passkey").into());
    };
    if !ways.without_a_passkey().is_any() {
        tx.roll_back().await?;
        return Err(PeopleError::LastWayIn.into());
    }
    forget_codes_if_alone(&tx, own.person).await?;
    let entry = own
        .trail
        .entry("passkey.remove", Subject::new("passkey", id))
        .before(json!({ "name": name }));
    commit_recorded(tx, own.org, &entry).await?;
    let what = format!("The passkey \"{name}\"");
    let letter = Letter::factor_removed(&person.email, &what, &people.settings.public_url);
    people.post.send(letter);
    Ok(())
}
