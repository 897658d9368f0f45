//! A person's name.

use domain::audit::{Subject, Trail};
use domain::ids::{OrgId, PersonId};
use serde_json::json;
use storage::people as stored;

use super::{PeopleError, commit_recorded, parse_name};
use crate::operations::OperationError;
use crate::people::People;

/// Renames the person; their profile afterwards.
///
/// # Errors
/// [`PeopleError::NameUnusable`].
pub async fn rename(
    people: &People,
    (person, org): (PersonId, Option<OrgId>),
    name: &str,
    trail: &Trail,
) -> Result<stored::Person, OperationError> {
    let name = parse_name(name)?;
    let found = stored::find(&people.identities, person).await?;
    let before = found.ok_or(PeopleError::Unknown("person"))?;
    let tx = people.identities.begin().await?;
    stored::update_name(&tx, person, &name).await?;
    let entry = trail
        .entry("person.rename", Subject::new("person", person))
        .before(json!({ "name": before.name }))
        .after(json!({ "name": name }));
    commit_recorded(tx, org, &entry).await?;
    Ok(stored::Person { name, ..before })
}
