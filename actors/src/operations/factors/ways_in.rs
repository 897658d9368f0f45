//! How somebody can sign in, kept as it is until the transaction ends: two ways in are not taken away at once.

use domain::ids::PersonId;
use domain::people::WaysIn;
use storage::{IdentityTx, StorageError, external_identities, passkeys, people as stored};

/// The person's ways in, locked.
pub(crate) async fn lock_ways_in(tx: &IdentityTx, person: PersonId) -> Result<WaysIn, StorageError> {
    Ok(WaysIn {
        has_password: stored::lock_has_password(tx, person).await?,
        passkeys: passkeys::lock_all(tx, person).await?.len(),
        identities: external_identities::lock_all(tx, person).await?.len(),
    })
}
