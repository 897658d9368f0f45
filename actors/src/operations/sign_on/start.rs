//! Leaving for a provider.

use domain::people::is_own_path;
use jiff::SignedDuration;
use storage::sign_on_starts::{self, SignOnStart};

use crate::operations::OperationError;
use crate::people::People;
use crate::sso::{Provider, RoundTrip};
use crate::unguessable;

/// Signing in at a provider takes no longer.
const BACK_WITHIN: SignedDuration = SignedDuration::from_mins(10);
/// Where somebody lands who did not say, or said something that is no page of ours.
const HOME: &str = "/";

/// A sign-in that begins. No `Debug`: it holds the browser's secret.
pub struct Started {
    /// Where the browser goes.
    pub location: String,
    /// What it keeps meanwhile.
    pub trip: RoundTrip,
    /// For how long.
    pub keep_for: SignedDuration,
}

/// Begins a sign-in with this provider, to land on `return_to` afterwards if that is a page of ours, on the first page otherwise.
///
/// # Errors
/// [`crate::sso::SignOnError`], when the provider cannot be reached.
pub async fn start(people: &People, provider: &Provider, return_to: Option<&str>) -> Result<Started, OperationError> {
    let trip = RoundTrip::fresh(&*people.clock);
    let location = provider.way_there(&trip).await?;
    let start = SignOnStart {
        provider: provider.name().to_owned(),
        return_to: return_to.filter(|wish| is_own_path(wish)).unwrap_or(HOME).to_owned(),
        expires_at: people.after(BACK_WITHIN),
    };
    let tx = people.identities.begin().await?;
    sign_on_starts::insert(&tx, &unguessable::hash(&trip.state()), &start, people.clock.now()).await?;
    tx.commit().await?;
    Ok(Started {
        location,
        trip,
        keep_for: BACK_WITHIN,
    })
}
