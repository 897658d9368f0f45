//! Whether a browser's request comes from our own pages. A cookie comes along with whatever another site makes a browser send;
//! Origin, Sec-Fetch-Site and a token in a header do not.

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::{HeaderName, ORIGIN};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::errors::{ApiError, Code};

static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
static CSRF_TOKEN: HeaderName = HeaderName::from_static("x-csrf-token");

/// Whether a method only reads.
fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// What a session's writes must carry: derived from its token, so nothing is stored and a new token is a new one.
pub(crate) fn csrf_token(token: &str) -> String {
    let digest = Sha256::new()
        .chain_update(b"entrepot csrf 1\0")
        .chain_update(token.as_bytes())
        .finalize();
    digest
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// Refuses a write with a cookie unless it says exactly our origin (or, without one, that it is from the same) and carries the
/// session's token.
pub(super) fn check_write(request: &HttpRequest, origins: &[String], token: &str) -> Result<(), ApiError> {
    if is_safe(request.method()) {
        return Ok(());
    }
    let refused = || ApiError::new(Code::CrossSite);
    if !is_ours(request, origins).ok_or_else(refused)? {
        return Err(refused());
    }
    let sent = request.headers().get(&CSRF_TOKEN).map(|value| value.as_bytes());
    let is_right = sent.is_some_and(|sent| bool::from(sent.ct_eq(csrf_token(token).as_bytes())));
    if is_right { Ok(()) } else { Err(refused()) }
}

/// Refuses a write without a cookie that says it comes from elsewhere: another site must not sign a browser in. Programs say
/// nothing and may come.
pub(crate) fn check_public(request: &HttpRequest, origins: &[String]) -> Result<(), ApiError> {
    if is_safe(request.method()) || is_ours(request, origins).unwrap_or(true) {
        Ok(())
    } else {
        Err(ApiError::new(Code::CrossSite))
    }
}

/// Whether another site's page sends the browser here: then nobody asked for what comes of it. A typed address or a bookmark,
/// and a browser that does not say, may come.
pub(crate) fn is_sent_by_another_site(request: &HttpRequest) -> bool {
    let site = request.headers().get(&SEC_FETCH_SITE).map(|site| site.as_bytes());
    matches!(site, Some(b"cross-site" | b"same-site"))
}

/// Whether the request says that it comes from our pages; `None` when it says nothing.
fn is_ours(request: &HttpRequest, origins: &[String]) -> Option<bool> {
    if let Some(origin) = request.headers().get(ORIGIN) {
        return Some(origins.iter().any(|ours| ours.as_bytes() == origin.as_bytes()));
    }
    let site = request.headers().get(&SEC_FETCH_SITE)?;
    Some(site.as_bytes() == b"same-origin")
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn answer(headers: &[(&str, &str)]) -> bool {
        let mut request = TestRequest::post();
        for (name, value) in headers {
            request = request.append_header((*name, *value));
        }
        check_write(&request.to_http_request(), &["https://hub.test".to_owned()], "t").is_ok()
    }

    #[test]
    fn a_write_needs_exactly_our_origin_and_the_token() {
        let token = csrf_token("t");
        let right = ("x-csrf-token", token.as_str());
        assert!(answer(&[("origin", "https://hub.test"), right]));
        assert!(answer(&[("sec-fetch-site", "same-origin"), right]));
        for origin in [
            "null",
            "",
            "http://hub.test",
            "https://hub.test.evil.example",
            "https://hub.test:444",
            "https://evil.hub.test",
            "https://HUB.test",
            "https://hub.test/",
            "https://hub.tes",
        ] {
            assert!(!answer(&[("origin", origin), right]), "{origin}");
            assert!(
                !answer(&[("origin", origin), ("sec-fetch-site", "same-origin"), right]),
                "{origin}"
            );
        }
        for site in ["cross-site", "same-site", "none"] {
            assert!(!answer(&[("sec-fetch-site", site), right]), "{site}");
        }
        assert!(!answer(&[right]));
        assert!(!answer(&[("origin", "https://hub.test")]));
        assert!(!answer(&[
            ("origin", "https://hub.test"),
            ("x-csrf-token", &csrf_token("u"))
        ]));
    }
}
