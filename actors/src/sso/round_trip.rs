//! One way to the provider and back: everything that must not be guessed, derived from one secret that only the browser keeps
//! (in a cookie) and the hub forgets. Knowing the state or the nonce, which travel in addresses, tells nothing of the others.

use openidconnect::{Nonce, PkceCodeVerifier};
use ring::hmac;

use crate::clock::Clock;
use crate::unguessable;

/// A sign-in under way. No `Debug`: it holds the secret.
pub struct RoundTrip {
    secret: String,
}

impl RoundTrip {
    /// A new one: 256 random bits.
    pub(crate) fn fresh(clock: &dyn Clock) -> Self {
        Self {
            secret: unguessable::fresh(clock),
        }
    }

    /// The one whose secret a browser brings back; `None` for a text that was never one.
    #[must_use]
    pub fn of_cookie(secret: &str) -> Option<Self> {
        let is_secret = secret.len() == 64 && secret.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_secret.then(|| Self {
            secret: secret.to_owned(),
        })
    }

    /// What the browser keeps.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// What comes back beside the code: proof that it belongs to this browser's sign-in.
    #[must_use]
    pub fn state(&self) -> String {
        self.derive("state")
    }

    /// What the ID token must name: proof that it was made for this sign-in.
    pub(super) fn nonce(&self) -> Nonce {
        Nonce::new(self.derive("nonce"))
    }

    /// What the code can be redeemed with, whoever else got hold of it.
    pub(super) fn verifier(&self) -> PkceCodeVerifier {
        PkceCodeVerifier::new(self.derive("pkce verifier"))
    }

    fn derive(&self, purpose: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.secret.as_bytes());
        let tag = hmac::sign(&key, format!("entrepot sign-on 1 {purpose}").as_bytes());
        unguessable::hex(tag.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;

    #[test]
    fn what_is_derived_differs_by_purpose_and_by_secret_and_survives_the_cookie() {
        let (one, other) = (RoundTrip::fresh(&SystemClock), RoundTrip::fresh(&SystemClock));
        let parts = |trip: &RoundTrip| {
            [
                trip.state(),
                trip.nonce().secret().clone(),
                trip.verifier().secret().clone(),
            ]
        };
        let mut all: Vec<String> = parts(&one).into_iter().chain(parts(&other)).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 6);
        assert_eq!(parts(&RoundTrip::of_cookie(one.secret()).unwrap()), parts(&one));
    }

    #[test]
    fn other_texts_are_no_secret() {
        for wrong in ["", "a", &"g".repeat(64), &"a".repeat(65)] {
            assert!(RoundTrip::of_cookie(wrong).is_none(), "{wrong}");
        }
    }
}
