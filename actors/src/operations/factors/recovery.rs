//! Recovery codes come with the first factor and go with the last.

use domain::ids::PersonId;
use storage::{IdentityTx, factors, recovery_codes};

use crate::operations::OperationError;
use crate::people::{People, fresh_codes, hash_of_code};

/// Writes ten codes in the place of those there are; they are shown once.
pub(crate) async fn write_codes(
    people: &People,
    tx: &IdentityTx,
    person: PersonId,
) -> Result<Vec<String>, OperationError> {
    let codes = fresh_codes(&*people.clock);
    let hashes: Vec<[u8; 32]> = codes.iter().map(|code| hash_of_code(person, code)).collect();
    recovery_codes::replace(tx, person, &hashes).await?;
    Ok(codes)
}

/// Writes ten codes for somebody who has none left; `None` for somebody who has.
pub(crate) async fn write_first_codes(
    people: &People,
    tx: &IdentityTx,
    person: PersonId,
) -> Result<Option<Vec<String>>, OperationError> {
    if factors::find(tx, person).await?.has_recovery_codes {
        return Ok(None);
    }
    write_codes(people, tx, person).await.map(Some)
}

/// Forgets the codes of somebody whose last other factor is gone.
pub(crate) async fn forget_codes_if_alone(tx: &IdentityTx, person: PersonId) -> Result<(), OperationError> {
    if !factors::find(tx, person).await?.ask_for_a_second() {
        recovery_codes::delete_all(tx, person).await?;
    }
    Ok(())
}
