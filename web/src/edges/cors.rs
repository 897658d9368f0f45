//! Which sites' scripts may read answers: none, but those listed exactly. Another site's script proves who it is by a key in a
//! header. The session's cookie is for the hub's own pages, so credentials are never allowed here: a browser keeps what a
//! cookie brought from a script of another site.

use actix_web::HttpResponse;
use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderValue,
    ORIGIN, VARY,
};

const METHODS: &str = "GET, POST, PUT, PATCH, DELETE";
const REQUEST_HEADERS: &str = "Authorization, Content-Type, Idempotency-Key, X-Request-Id";
const EXPOSED: HeaderValue = HeaderValue::from_static("X-Request-Id, Idempotent-Replayed, Retry-After");
const MAX_AGE_SECONDS: &str = "600";

/// The list.
pub(super) struct Cors {
    allowed: Vec<HeaderValue>,
}

impl Cors {
    pub(super) fn new(origins: &[String]) -> Self {
        let values = origins.iter().map(|origin| HeaderValue::from_str(origin).ok());
        Self {
            allowed: values.flatten().collect(),
        }
    }

    /// The request's origin, if it is on the list: compared byte by byte, so that no prefix, suffix, port or `null` passes.
    pub(super) fn reader(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        if self.allowed.is_empty() {
            return None;
        }
        let mut origins = headers.get_all(ORIGIN);
        let (origin, None) = (origins.next()?, origins.next()) else {
            return None;
        };
        self.allowed.iter().find(|allowed| *allowed == origin).cloned()
    }

    /// The answer to a browser that asks before it asks. Those of other sites reach no handler that would say yes.
    pub(super) fn preflight(&self, request: &ServiceRequest) -> Option<HttpResponse> {
        let is_preflight =
            request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        if !is_preflight {
            return None;
        }
        self.reader(request.headers())?;
        Some(
            HttpResponse::NoContent()
                .insert_header((ACCESS_CONTROL_ALLOW_METHODS, METHODS))
                .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS))
                .insert_header((ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS))
                .finish(),
        )
    }

    pub(super) fn add(&self, headers: &mut HeaderMap, reader: Option<HeaderValue>) {
        if self.allowed.is_empty() {
            return;
        }
        headers.append(VARY, HeaderValue::from_static("Origin"));
        if let Some(origin) = reader {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
    }
}
