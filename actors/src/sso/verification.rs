//! Whether an ID token holds: signed with a key of the provider's, by it, for the hub, now, for this very sign-in.

use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{
    CoreIdToken, CoreIdTokenClaims, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    AccessToken, AccessTokenHash, ClaimsVerificationError, ClientId, IssuerUrl, Nonce, SignatureVerificationError,
};

use super::SignOnError;

/// How far the provider's clock may be from the hub's.
const LEEWAY: SignedDuration = SignedDuration::from_secs(60);
/// An ID token comes straight from the provider; one that is older was kept by somebody.
const OLDEST: SignedDuration = SignedDuration::from_mins(10);
/// Signatures by a key pair. Nothing that is checked with the client's secret, and nothing unsigned, whatever a token says.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// What a token is held to.
pub(super) struct Expected<'a> {
    /// Who must have made it.
    pub(super) issuer: &'a IssuerUrl,
    /// Whom it must be for.
    pub(super) client_id: &'a ClientId,
    /// The provider's keys.
    pub(super) keys: &'a CoreJsonWebKeySet,
    /// What it must name.
    pub(super) nonce: &'a Nonce,
    /// What came with it, which it must name if it names any.
    pub(super) access_token: &'a AccessToken,
    /// The time.
    pub(super) now: Timestamp,
}

/// Why a token does not hold.
pub(super) enum Unbelievable {
    /// It is signed with a key that is not among those known.
    KeyUnknown,
    /// Anything else.
    Because(SignOnError, String),
}

/// What the token says, if it holds.
pub(super) fn verify<'a>(
    token: &'a CoreIdToken,
    expected: &Expected<'_>,
) -> Result<&'a CoreIdTokenClaims, Unbelievable> {
    let verifier = verifier(expected);
    let claims = token
        .claims(&verifier, expected.nonce)
        .map_err(|error| explain(&error))?;
    let refused = |why: &str| Unbelievable::Because(SignOnError::Refused, why.to_owned());
    // The library leaves this to its callers: a token for several must say whom it was made for.
    let party = claims.authorized_party();
    if party.is_some_and(|party| **party != **expected.client_id) {
        return Err(refused("another authorized party"));
    }
    if let Some(named) = claims.access_token_hash() {
        let algorithm = token.signing_alg().map_err(|_| refused("no algorithm"))?;
        let key = token.signing_key(&verifier).map_err(|_| refused("no key"))?;
        let hash = AccessTokenHash::from_token(expected.access_token, algorithm, key);
        if hash.ok().as_ref() != Some(named) {
            return Err(refused("another access token"));
        }
    }
    Ok(claims)
}

fn verifier(expected: &Expected<'_>) -> CoreIdTokenVerifier<'static> {
    let now = expected.now;
    let earlier = now.checked_sub(LEEWAY).unwrap_or(Timestamp::MIN);
    // As a public client, so that nothing signed with a shared secret is ever believed.
    let (client_id, issuer) = (expected.client_id.clone(), expected.issuer.clone());
    CoreIdTokenVerifier::new_public_client(client_id, issuer, expected.keys.clone())
        .set_allowed_algs(ALGORITHMS)
        .set_time_fn(move || SystemTime::from(earlier).into())
        .set_issue_time_verifier_fn(move |issued| {
            let issued = SignedDuration::from_secs(issued.timestamp());
            let now = now.as_duration();
            let is_now = issued <= now + LEEWAY && issued >= now - OLDEST;
            if is_now {
                Ok(())
            } else {
                Err("issued at another time".to_owned())
            }
        })
}

fn explain(error: &ClaimsVerificationError) -> Unbelievable {
    match error {
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
            Unbelievable::KeyUnknown
        }
        ClaimsVerificationError::Expired(_) => Unbelievable::Because(SignOnError::ClockSkew, error.to_string()),
        _ => Unbelievable::Because(SignOnError::Refused, kind(error).to_owned()),
    }
}

/// What is wrong, without what the token says: that is a stranger's text until it holds.
fn kind(error: &ClaimsVerificationError) -> &'static str {
    match error {
        ClaimsVerificationError::InvalidIssuer(_) => "another issuer",
        ClaimsVerificationError::InvalidAudience(_) => "another audience",
        ClaimsVerificationError::InvalidNonce(_) => "another nonce",
        ClaimsVerificationError::SignatureVerification(_) => "its signature",
        _ => "its form",
    }
}
