//! What browsers are told about every answer. All values but a page's nonce are made once.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};

use super::Nonce;

/// An answer that is no page of ours can do nothing in a browser.
const NOTHING: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
);
/// Two years, with every subdomain: what the preload lists ask for.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");
/// Answers are a tenant's own; what may be kept says so itself.
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const FIXED: [(HeaderName, HeaderValue); 6] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), \
             microphone=(), midi=(), payment=(), usb=()",
        ),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-embedder-policy"),
        HeaderValue::from_static("require-corp"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];
/// What answers carry besides; room is made once.
const OTHERS: usize = 6;

/// The headers of this hub.
pub(super) struct SecurityHeaders {
    fixed: Vec<(HeaderName, HeaderValue)>,
}

impl SecurityHeaders {
    /// Browsers are told to insist on TLS only where the hub is reached by it.
    pub(super) fn new(is_https: bool) -> Self {
        let hsts = is_https.then_some((STRICT_TRANSPORT_SECURITY, HSTS));
        Self {
            fixed: FIXED.into_iter().chain(hsts).collect(),
        }
    }

    pub(super) fn add(&self, headers: &mut HeaderMap, nonce: Option<&Nonce>) {
        headers.reserve(self.fixed.len() + OTHERS);
        for (name, value) in &self.fixed {
            headers.insert(name.clone(), value.clone());
        }
        let policy = nonce.and_then(Nonce::policy).unwrap_or(NOTHING);
        headers.insert(CONTENT_SECURITY_POLICY, policy);
        if !headers.contains_key(CACHE_CONTROL) {
            headers.insert(CACHE_CONTROL, NO_STORE);
        }
    }
}

#[cfg(test)]
mod tests {
    use actors::clock::SystemClock;

    use super::*;

    #[test]
    fn a_page_may_run_what_carries_its_nonce_and_anything_else_nothing() {
        let headers_of = |nonce: Option<&Nonce>| {
            let mut headers = HeaderMap::new();
            SecurityHeaders::new(true).add(&mut headers, nonce);
            headers
        };
        let plain = headers_of(None);
        assert!(plain.contains_key(STRICT_TRANSPORT_SECURITY));
        assert_eq!(plain.get(CONTENT_SECURITY_POLICY), Some(&NOTHING));
        assert_eq!(plain.get(CACHE_CONTROL), Some(&NO_STORE));
        let nonce = Nonce::fresh(&SystemClock);
        let page = headers_of(Some(&nonce));
        let policy = page.get(CONTENT_SECURITY_POLICY).unwrap().to_str().unwrap();
        assert!(
            policy.contains(&format!("script-src 'nonce-{}';", nonce.word())),
            "{policy}"
        );
        assert!(!policy.contains("script-src 'self'") && !policy.contains("unsafe-eval"));
    }
}
