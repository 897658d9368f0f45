//! No password any more, for somebody who comes in by passkey or provider. A forgotten-password letter brings one back.

use domain::audit::Subject;
use domain::ids::SessionId;
use storage::people::{self as stored, NO_PASSWORD};
use storage::{password_resets, sessions, tickets};

use super::{PeopleError, commit_recorded};
use crate::mail::Letter;
use crate::operations::OperationError;
use crate::operations::factors::{Means, Own, Proof, hold, lock_ways_in, prove};

/// Takes the person's password away; their other sessions end.
///
/// # Errors
/// Those of the proof; [`PeopleError::LastWayIn`] for somebody without another way in; [`PeopleError::Unknown`].
pub async fn remove_password(
    means: &Means<'_>,
    own: &Own<'_>,
    session: SessionId,
    proof: &Proof<'_>,
) -> Result<(), OperationError> {
    let person = prove(means, own, proof).await?;
    let people = means.people;
    let tx = people.identities.begin().await?;
    hold(&tx, &person).await?;
    let ways = lock_ways_in(&tx, own.person).await?;
    if !ways.has_password || !ways.without_password().is_any() {
        tx.roll_back().await?;
        let refused = if ways.has_password {
            PeopleError::LastWayIn
        } else {
            PeopleError::Unknown("password")
        };
        return Err(refused.into());
    }
    stored::update_password(&tx, own.person, NO_PASSWORD, own.trail.at).await?;
    password_resets::delete_all(&tx, own.person).await?;
    tickets::delete_of_person(&tx, own.person).await?;
    let _ended = sessions::delete_others(&tx, own.person, Some(session)).await?;
    let entry = own
        .trail
        .entry("person.remove_password", Subject::new("person", own.person));
    commit_recorded(tx, own.org, &entry).await?;
    let letter = Letter::factor_removed(&person.email, "The password", &people.settings.public_url);
    people.post.send(letter);
    Ok(())
}
