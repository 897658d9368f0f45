//! `GET /api/v1/live`

use actix_http::ws;
use actix_web::http::StatusCode;
use actix_web::http::header::{ORIGIN, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Anybody;
use crate::errors::{ApiError, Code};
use crate::live::Admitted;
use crate::query::Query;
use crate::state::AppState;

/// The only language spoken.
const SUBPROTOCOL: &str = "entrepot.live.v1";

/// The ticket.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OpenLive {
    /// From `POST /api/v1/live/tickets`; good once.
    ticket: String,
}

/// Opens a live socket: a WebSocket with the subprotocol `entrepot.live.v1`. See docs/live.md.
#[utoipa::path(get, path = "/api/v1/live", tag = "live", operation_id = "open_live", params(OpenLive), security(()),
    responses((status = 101, description = "The socket is open"), (status = 400, description = "not_a_websocket"),
        (status = 401, description = "ticket_unusable"), (status = 403, description = "cross_site"),
        (status = 503, description = "busy")))]
pub async fn handle(
    state: web::Data<AppState>,
    _anybody: Anybody,
    query: Query<OpenLive>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let key = check_handshake(&request)?;
    if !is_ours(&state, &request) {
        return Err(ApiError::new(Code::CrossSite));
    }
    if state.live.is_stopping() {
        return Err(ApiError::new(Code::Busy).detail("the hub is shutting down"));
    }
    let holder = state.live.tickets.take(&query.ticket, state.stock.clock.now());
    let holder = holder.ok_or_else(|| ApiError::new(Code::TicketUnusable))?;
    let seat = state.live.census.enter(holder, state.edges.address(&request));
    let mut response = HttpResponse::build(StatusCode::SWITCHING_PROTOCOLS);
    response
        .upgrade("websocket")
        .insert_header((SEC_WEBSOCKET_ACCEPT, key))
        .insert_header((SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL));
    let mut response = response.finish();
    response.extensions_mut().insert(Admitted { seat });
    Ok(response)
}

/// Whether it asks for our kind of socket, as RFC 6455 has it; what is answered to its key.
fn check_handshake(request: &HttpRequest) -> Result<String, ApiError> {
    let not_one = |why: &str| ApiError::new(Code::NotAWebsocket).detail(why);
    ws::verify_handshake(request.head()).map_err(|error| not_one(&error.to_string()))?;
    let offered = request.headers().get_all(SEC_WEBSOCKET_PROTOCOL);
    let mut offered = offered
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','));
    if !offered.any(|word| word.trim() == SUBPROTOCOL) {
        return Err(not_one("the subprotocol entrepot.live.v1 is not offered"));
    }
    let key = request.headers().get(SEC_WEBSOCKET_KEY);
    let key = key.ok_or_else(|| not_one("there is no Sec-WebSocket-Key"))?;
    let accept = ws::hash_key(key.as_bytes());
    String::from_utf8(accept.to_vec()).map_err(|_| not_one("the Sec-WebSocket-Key is none"))
}

/// Exactly one `Origin`, and exactly the hub's own or a listed one: no prefix, suffix, port or `null` passes.
fn is_ours(state: &AppState, request: &HttpRequest) -> bool {
    let mut origins = request.headers().get_all(ORIGIN);
    let (Some(origin), None) = (origins.next(), origins.next()) else {
        return false;
    };
    let known = state.origins.iter().chain(&state.live.settings.origins);
    known.into_iter().any(|known| known.as_bytes() == origin.as_bytes())
}
