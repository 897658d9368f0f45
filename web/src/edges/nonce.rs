//! The word that lets the scripts of one page run, and no others: drawn anew for every answer.

use actix_web::http::header::HeaderValue;
use actors::clock::Clock;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A page's nonce. A handler that makes HTML puts it into the page and into the answer's extensions; the policy follows.
#[derive(Clone, Debug)]
pub(crate) struct Nonce(String);

impl Nonce {
    /// 256 bits that nobody guesses.
    pub(crate) fn fresh(clock: &dyn Clock) -> Self {
        Self(URL_SAFE_NO_PAD.encode(clock.fresh_secret()))
    }

    /// The word for the page.
    pub(crate) fn word(&self) -> &str {
        &self.0
    }

    /// What the page may do: run and load what carries the nonce, and talk to the hub. Styles may also stand in elements,
    /// because scripts that draw pages put them there; a style cannot run anything, and nothing can be sent elsewhere.
    pub(super) fn policy(&self) -> Option<HeaderValue> {
        let nonce = &self.0;
        HeaderValue::try_from(format!(
            "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
             font-src 'self'; connect-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; \
             form-action 'self'; frame-ancestors 'none'"
        ))
        .ok()
    }
}
