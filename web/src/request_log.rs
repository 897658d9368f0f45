//! Around every request: an id to quote, a count, a log line, and problems completed with the id.

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, web};
use actors::clock::stopwatch;
use tracing::{debug, info, warn};

use crate::errors::{ApiError, Code};
use crate::state::AppState;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const MAX_ID_CHARS: usize = 64;

/// The middleware. A caller's own `X-Request-Id` is kept when it is short and harmless.
pub(crate) async fn request_log(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = stopwatch();
    let state = request.app_data::<web::Data<AppState>>().cloned();
    let edges = state.as_ref().map(|state| &state.edges);
    let reader = edges.and_then(|edges| edges.reader(&request));
    let turned_away = edges.and_then(|edges| edges.turn_away(&request));
    let identify = |request: &HttpRequest| id_of(request, state.as_ref().map(|state| state.get_ref()));
    let (mut response, id, code) = match turned_away {
        Some(Ok(answer)) => {
            let id = identify(answer.request());
            (answer, id, None)
        }
        Some(Err(refused)) => {
            let id = identify(request.request());
            let code = Some(refused.code());
            (request.into_response(refused.respond(Some(&id))), id, code)
        }
        None => {
            let response = next.call(request).await?;
            let id = identify(response.request());
            let (response, code) = complete_problem(response, &id);
            (response, id, code)
        }
    };
    if let Some(edges) = edges {
        edges.complete(&mut response, reader);
    }
    let status = response.status();
    if let Some(state) = &state {
        state.metrics.observe(status.as_u16(), started.elapsed().as_secs_f64());
    }
    log(&response, &id, started.elapsed());
    if let (Some(code), Some(edges)) = (code.filter(|code| is_security_event(*code)), edges) {
        let (request, from) = (response.request(), edges.address(response.request()));
        let (method, path) = (request.method(), request.path());
        info!(request_id = id, from = ?from, %method, path, code = code.code(), "access.refused");
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID.clone(), value);
    }
    Ok(response)
}

/// The id given to a request while it is handled, if it was asked for then.
pub(crate) struct RequestId(pub(crate) String);

/// The id of a request: the one it was given already, the caller's own, or a fresh one.
pub(crate) fn id_of(request: &HttpRequest, state: Option<&AppState>) -> String {
    if let Some(RequestId(id)) = request.extensions().get() {
        return id.clone();
    }
    let given = request.headers().get(&REQUEST_ID).and_then(|value| value.to_str().ok());
    let is_harmless = |id: &&str| {
        (1..=MAX_ID_CHARS).contains(&id.len())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    match given.filter(is_harmless) {
        Some(id) => id.to_owned(),
        None => state.map_or_else(String::new, |state| state.stock.clock.fresh_id().to_string()),
    }
}

/// What an operator wants to see of who was not let in: proofs that are none, and what nobody allowed. Limits are not among
/// them: whoever floods the hub must not flood its log.
fn is_security_event(code: Code) -> bool {
    let status = code.status();
    status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN || code == Code::TooManyTries
}

/// Errors of ours get the id into their body; errors of the framework become ours. Their code comes along.
fn complete_problem(
    response: ServiceResponse<impl MessageBody + 'static>,
    id: &str,
) -> (ServiceResponse<BoxBody>, Option<Code>) {
    let Some(error) = response.response().error() else {
        return (response.map_into_boxed_body(), None);
    };
    let (problem, code) = match error.as_error::<ApiError>() {
        Some(error) => (error.respond(Some(id)), error.code()),
        None => {
            let error = from_status(response.status());
            (error.respond(Some(id)), error.code())
        }
    };
    (response.into_response(problem), Some(code))
}

fn from_status(status: StatusCode) -> ApiError {
    let code = match status {
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Code::BodyTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
        status if status.is_client_error() => Code::MalformedJson,
        _ => Code::Internal,
    };
    ApiError::new(code)
}

/// One line per request. Successes and refusals are the normal case of a flash sale and stay at debug.
fn log(response: &ServiceResponse<BoxBody>, request_id: &str, took: std::time::Duration) {
    let status = response.status().as_u16();
    let request = response.request();
    let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    if status >= 500 {
        warn!(request_id, method = %request.method(), path = request.path(), status, took_us, "web.request");
    } else {
        debug!(request_id, method = %request.method(), path = request.path(), status, took_us, "web.request");
    }
}
