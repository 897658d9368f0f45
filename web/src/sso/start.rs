//! `GET /sso/{provider}/start`

use actix_web::http::header::SET_COOKIE;
use actix_web::{HttpRequest, HttpResponse, web};
use actors::operations::sign_on::start;
use actors::sso::SignOnError;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{cookie, named, problem, redirect};
use crate::access::Visitor;
use crate::errors::{ApiError, Code};
use crate::identity::is_sent_by_another_site;
use crate::state::AppState;

/// Where to go afterwards.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StartQuery {
    /// A path of this site, such as `/orders`; anything else lands on `/`.
    return_to: Option<String>,
}

/// Sends the browser to a provider to sign in there.
#[utoipa::path(get, path = "/sso/{provider}/start", tag = "sign-in", operation_id = "start_sign_on",
    params(("provider" = String, Path, description = "A name from `GET /api/v1/sign-in/providers`"), StartQuery),
    responses((status = 303, description = "To the provider; or to `/sign-in?problem=<code>`"), (status = 404, description = "not_found")))]
pub async fn handle(
    state: web::Data<AppState>,
    _visitor: Visitor,
    request: HttpRequest,
    query: web::Query<StartQuery>,
) -> Result<HttpResponse, ApiError> {
    let provider = state
        .sign_on
        .find(named(&request))
        .ok_or(SignOnError::ProviderUnknown)?;
    if is_sent_by_another_site(&request) {
        return Ok(problem(&ApiError::new(Code::CrossSite)));
    }
    match start(&state.people, provider, query.return_to.as_deref()).await {
        Ok(started) => {
            let mut response = redirect(&started.location);
            response.append_header((SET_COOKIE, cookie(started.trip.secret(), started.keep_for)));
            Ok(response.finish())
        }
        Err(error) => Ok(problem(&error.into())),
    }
}
