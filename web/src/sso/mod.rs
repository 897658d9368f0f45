//! `/sso/{provider}/…`: where browsers leave for a provider and come back. Answers are redirects, and what went wrong is a word
//! in the address of our own page: whoever comes here is a person in a browser, not a program.

pub mod callback;
pub mod start;

use actix_web::http::header::{HeaderValue, LOCATION, SET_COOKIE};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use jiff::SignedDuration;
use tracing::info;

use crate::errors::{ApiError, Code};

const NAME: &str = "__Host-entrepot-sso";
/// Where somebody signs in, and reads why it did not work.
const SIGN_IN_PAGE: &str = "/sign-in";

/// Has the browser keep its half of the round trip. `Lax`: it must come along when the provider sends the browser back.
fn cookie(secret: &str, keep_for: SignedDuration) -> String {
    let seconds = keep_for.as_secs();
    format!("{NAME}={secret}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}")
}

/// Has it forget.
fn no_cookie() -> String {
    cookie("", SignedDuration::ZERO)
}

/// The provider's name in the path.
fn named(request: &HttpRequest) -> &str {
    request.match_info().get("provider").unwrap_or_default()
}

/// Sends the browser elsewhere.
fn redirect(location: &str) -> HttpResponseBuilder {
    let mut response = HttpResponse::SeeOther();
    if let Ok(location) = HeaderValue::from_str(location) {
        response.insert_header((LOCATION, location));
    }
    response
}

/// Sends the browser to our own page with what went wrong.
fn problem(error: &ApiError) -> HttpResponse {
    let code = error.code();
    info!(problem = code.code(), "a sign-in by way of a provider came to nothing");
    let mut response = redirect(&format!("{SIGN_IN_PAGE}?problem={}", code.code()));
    if !matches!(code, Code::SignOnStateMismatch | Code::CrossSite) {
        // A stranger's link does not end the sign-in that this browser has under way.
        response.append_header((SET_COOKIE, no_cookie()));
    }
    response.finish()
}
