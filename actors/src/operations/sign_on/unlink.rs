//! Taking a provider's word away.

use domain::audit::{Subject, Trail};
use domain::ids::{ExternalIdentityId, OrgId, PersonId};
use serde_json::json;
use storage::external_identities;
use storage::people as stored;

use crate::operations::OperationError;
use crate::operations::people::{PeopleError, commit_recorded};
use crate::people::People;
use crate::sso::SignOnError;

/// Unlinks one of the person's identities: its provider does not let them in any more.
///
/// # Errors
/// [`PeopleError::Unknown`]; [`SignOnError::LastWayIn`] when there is no other identity and no password.
pub async fn unlink(
    people: &People,
    (person, org): (PersonId, Option<OrgId>),
    id: ExternalIdentityId,
    trail: &Trail,
) -> Result<(), OperationError> {
    let found = stored::find(&people.identities, person).await?;
    let known = found.ok_or(PeopleError::Unknown("person"))?;
    let tx = people.identities.begin().await?;
    let mine = external_identities::lock_all(&tx, person).await?;
    let Some(identity) = mine.iter().find(|identity| identity.id == id) else {
        tx.commit().await?;
        return Err(PeopleError::Unknown("identity").into());
    };
    if mine.len() == 1 && known.password_hash.is_none() {
        tx.commit().await?;
        return Err(SignOnError::LastWayIn.into());
    }
    let _is_there = external_identities::delete(&tx, person, id).await?;
    let entry = trail
        .entry("identity.unlink", Subject::new("person", person))
        .before(json!({ "issuer": identity.issuer }));
    commit_recorded(tx, org, &entry).await
}
