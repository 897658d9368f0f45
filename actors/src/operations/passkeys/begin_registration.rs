//! A challenge for a new passkey.

use storage::passkeys;
use storage::tickets::TicketKind;

use super::ChallengeGiven;
use crate::operations::OperationError;
use crate::operations::factors::{Means, Own, Proof, keep_ticket, prove};
use crate::operations::people::PeopleError;

/// Passkeys of one person.
const MOST: usize = 20;

/// What the browser is to make a passkey with.
///
/// # Errors
/// Those of the proof; [`PeopleError::FactorExists`] when there are too many; [`PeopleError::PasskeysUnavailable`].
pub async fn begin_registration(
    means: &Means<'_>,
    own: &Own<'_>,
    proof: &Proof<'_>,
) -> Result<ChallengeGiven, OperationError> {
    let person = prove(means, own, proof).await?;
    let people = means.people;
    let known = passkeys::list(&people.identities, person.id).await?;
    if known.len() >= MOST {
        return Err(PeopleError::FactorExists("you have 20 passkeys; remove one first").into());
    }
    let challenge = people.passkeys.challenge_new(&person, &known)?;
    keep_ticket(people, (TicketKind::PasskeyRegistration, Some(person.id)), challenge).await
}
