//! A challenge for somebody who is signed in.

use storage::passkeys;
use storage::tickets::TicketKind;

use super::ChallengeGiven;
use crate::operations::OperationError;
use crate::operations::factors::{Own, keep_ticket};
use crate::operations::people::PeopleError;
use crate::people::People;

/// What one of the person's passkeys is to answer, as a proof that it is them.
///
/// # Errors
/// [`PeopleError::Unknown`] when they have no passkey.
pub async fn begin_proof(people: &People, own: &Own<'_>) -> Result<ChallengeGiven, OperationError> {
    let known = passkeys::list(&people.identities, own.person).await?;
    if known.is_empty() {
        return Err(PeopleError::Unknown("passkey").into());
    }
    let challenge = people.passkeys.challenge_known(&known)?;
    keep_ticket(people, (TicketKind::PasskeyProof, Some(own.person)), challenge).await
}
