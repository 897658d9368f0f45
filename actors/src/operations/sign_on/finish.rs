//! Coming back from a provider.

use storage::sign_on_starts;

use super::let_in::let_in;
use crate::operations::OperationError;
use crate::operations::people::Visit;
use crate::operations::sessions::Begun;
use crate::people::People;
use crate::sso::{Provider, RoundTrip, SignOnError};
use crate::unguessable;

/// What a browser brings back. No `Debug`: the code lets in.
#[derive(Default)]
pub struct Brought {
    /// What was in its cookie.
    pub cookie: Option<String>,
    /// The state that left with it.
    pub state: Option<String>,
    /// What can be redeemed.
    pub code: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
    /// Which provider says so.
    pub issuer: Option<String>,
}

/// A sign-in that ended well. No `Debug`: it holds the session's token.
pub struct Landed {
    /// The new session.
    pub session: Begun,
    /// The page of ours to go to.
    pub return_to: String,
}

/// Ends a sign-in: once, in the browser that began it, whatever becomes of it.
///
/// # Errors
/// [`SignOnError`], by name.
pub async fn finish(
    people: &People,
    visit: &Visit,
    provider: &Provider,
    brought: Brought,
) -> Result<Landed, OperationError> {
    let trip = trip_of(&brought).ok_or(SignOnError::StateMismatch)?;
    let (state, now) = (unguessable::hash(&trip.state()), people.clock.now());
    let found = sign_on_starts::take(&people.identities, &state, provider.name(), now).await?;
    let started = found.ok_or(SignOnError::Over)?;
    if brought.issuer.is_some_and(|issuer| issuer != provider.issuer()) {
        return Err(SignOnError::Refused.into());
    }
    if let Some(error) = brought.error {
        return Err(named(&error).into());
    }
    let code = brought
        .code
        .filter(|code| !code.is_empty())
        .ok_or(SignOnError::Refused)?;
    let vouched = provider.redeem(code, &trip).await?;
    Ok(Landed {
        session: let_in(people, visit, provider, &vouched).await?,
        return_to: started.return_to,
    })
}

/// The round trip that this browser began, if the state is its.
fn trip_of(brought: &Brought) -> Option<RoundTrip> {
    let trip = RoundTrip::of_cookie(brought.cookie.as_deref()?)?;
    let state = brought.state.as_deref()?;
    // Compared as digests: how many characters agree says nothing about the state.
    (unguessable::hash(&trip.state()) == unguessable::hash(state)).then_some(trip)
}

/// A provider's own word for why there is no code.
fn named(error: &str) -> SignOnError {
    match error {
        "access_denied"
        | "login_required"
        | "interaction_required"
        | "consent_required"
        | "account_selection_required" => SignOnError::Denied,
        "server_error" | "temporarily_unavailable" => SignOnError::Unreachable,
        _ => SignOnError::Misconfigured,
    }
}
