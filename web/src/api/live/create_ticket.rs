//! `POST /api/v1/live/tickets`

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::OpenPage;
use crate::errors::{ApiError, Code};
use crate::live::{GOOD_FOR, Holder, Rights};
use crate::state::AppState;

/// A ticket.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveTicket)]
pub struct TicketView {
    /// Shown once, as `ticket` in the query of `GET /api/v1/live`.
    ticket: String,
    /// How long it is good.
    expires_in_s: i64,
}

/// Gives a ticket that opens one live socket, for the session in the organization that it acts for. See docs/live.md.
#[utoipa::path(post, path = "/api/v1/live/tickets", tag = "live", operation_id = "create_live_ticket",
    responses((status = 201, description = "A ticket, good once", body = TicketView),
        (status = 401, description = "unauthenticated"), (status = 403, description = "no_organization, cross_site")))]
pub async fn handle(state: web::Data<AppState>, who: OpenPage) -> Result<HttpResponse, ApiError> {
    let rights = Rights::of(&who.session).ok_or_else(|| ApiError::new(Code::NoOrganization))?;
    let holder = Holder {
        session: who.session.id,
        person: who.session.person,
        rights,
    };
    let ticket = state.live.tickets.give(&*state.stock.clock, holder);
    let mut response = HttpResponse::Created();
    response.insert_header((CACHE_CONTROL, "no-store"));
    Ok(response.json(TicketView {
        ticket,
        expires_in_s: GOOD_FOR.as_secs(),
    }))
}
