//! A challenge for whoever has a passkey of this hub.

use storage::tickets::TicketKind;

use super::ChallengeGiven;
use crate::operations::OperationError;
use crate::operations::factors::keep_ticket;
use crate::people::People;

/// What any passkey of the hub may answer. Nobody is asked who they are.
///
/// # Errors
/// [`crate::operations::people::PeopleError::PasskeysUnavailable`].
pub async fn begin_sign_in(people: &People) -> Result<ChallengeGiven, OperationError> {
    let challenge = people.passkeys.challenge_any()?;
    keep_ticket(people, (TicketKind::PasskeySignIn, None), challenge).await
}
