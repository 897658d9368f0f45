//! Which factors somebody has beside the password.

use domain::ids::PersonId;
use domain::people::Factors;

use crate::{IdentityTx, StorageError};

const FIND: &str = "
    SELECT EXISTS (SELECT FROM totp_secrets WHERE person_id = $1 AND confirmed_at IS NOT NULL),
           EXISTS (SELECT FROM passkeys WHERE person_id = $1),
           EXISTS (SELECT FROM recovery_codes WHERE person_id = $1)";

/// What a person has.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find(tx: &IdentityTx, person: PersonId) -> Result<Factors, StorageError> {
    let rows = tx.query("looking factors up", FIND, &[&person.uuid()]).await?;
    let has = |column: usize| rows.first().is_some_and(|row| row.get(column));
    Ok(Factors {
        has_totp: has(0),
        has_passkey: has(1),
        has_recovery_codes: has(2),
    })
}
