//! Taking a provider's word away.

use domain::audit::{Subject, Trail};
use domain::ids::{ExternalIdentityId, OrgId, PersonId};
use serde_json::json;
use storage::{external_identities, people as stored};

use crate::mail::Letter;
use crate::operations::OperationError;
use crate::operations::factors::lock_ways_in;
use crate::operations::people::{PeopleError, commit_recorded};
use crate::people::People;

/// Unlinks one of the person's identities: its provider does not let them in any more. They are told by letter.
///
/// # Errors
/// [`PeopleError::Unknown`]; [`PeopleError::LastWayIn`] when there is no other way in.
pub async fn unlink(
    people: &People,
    (person, org): (PersonId, Option<OrgId>),
    id: ExternalIdentityId,
    trail: &Trail,
) -> Result<(), OperationError> {
    let tx = people.identities.begin().await?;
    let ways = lock_ways_in(&tx, person).await?;
    let Some(issuer) = external_identities::delete(&tx, person, id).await? else {
        tx.roll_back().await?;
        return Err(PeopleError::Unknown("identity").into());
    };
    if !ways.without_an_identity().is_any() {
        tx.roll_back().await?;
        return Err(PeopleError::LastWayIn.into());
    }
    let entry = trail
        .entry("identity.unlink", Subject::new("person", person))
        .before(json!({ "issuer": issuer }));
    commit_recorded(tx, org, &entry).await?;
    if let Some(person) = stored::find(&people.identities, person).await? {
        let what = format!("The way in by {issuer}");
        let letter = Letter::factor_removed(&person.email, &what, &people.settings.public_url);
        people.post.send(letter);
    }
    Ok(())
}
