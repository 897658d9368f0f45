//! A passkey's name, which is its person's word for it.

use domain::audit::Subject;
use domain::ids::PasskeyId;
use serde_json::json;
use storage::passkeys;

use crate::operations::OperationError;
use crate::operations::factors::Own;
use crate::operations::people::{PeopleError, commit_recorded, parse_name};
use crate::people::People;

/// Renames one of the person's passkeys.
///
/// # Errors
/// [`PeopleError::Unknown`], [`PeopleError::NameUnusable`].
pub async fn rename(people: &People, own: &Own<'_>, id: PasskeyId, name: &str) -> Result<(), OperationError> {
    let name = parse_name(name)?;
    let tx = people.identities.begin().await?;
    if !passkeys::update_name(&tx, own.person, id, &name).await? {
        tx.roll_back().await?;
        return Err(PeopleError::Unknown("passkey").into());
    }
    let entry = own
        .trail
        .entry("passkey.rename", Subject::new("passkey", id))
        .after(json!({ "name": name }));
    commit_recorded(tx, own.org, &entry).await
}
