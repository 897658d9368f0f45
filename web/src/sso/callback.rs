//! `GET /sso/{provider}/callback`

use actix_web::http::header::SET_COOKIE;
use actix_web::{HttpRequest, HttpResponse, web};
use actors::operations::sign_on::{Brought, finish};
use actors::sso::SignOnError;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{NAME, named, no_cookie, problem, redirect};
use crate::access::Visitor;
use crate::errors::ApiError;
use crate::identity::{cookie, cookie_named};
use crate::state::AppState;

/// What a provider sends along.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CallbackQuery {
    /// What can be redeemed.
    code: Option<String>,
    /// The state that left with the browser.
    state: Option<String>,
    /// Why there is no code.
    error: Option<String>,
    /// Which provider says so (RFC 9207).
    iss: Option<String>,
}

/// Takes a browser back from its provider and signs it in: with a new session, as by a password.
#[utoipa::path(get, path = "/sso/{provider}/callback", tag = "sign-in", operation_id = "finish_sign_on",
    params(("provider" = String, Path, description = "The provider's name"), CallbackQuery),
    responses((status = 303, description = "Signed in, to `return_to`; or to `/sign-in?problem=<code>`"), (status = 404, description = "not_found")))]
pub async fn handle(
    state: web::Data<AppState>,
    visitor: Visitor,
    request: HttpRequest,
    query: web::Query<CallbackQuery>,
) -> Result<HttpResponse, ApiError> {
    let provider = state
        .sign_on
        .find(named(&request))
        .ok_or(SignOnError::ProviderUnknown)?;
    let query = query.into_inner();
    let brought = Brought {
        cookie: cookie_named(&request, NAME).map(str::to_owned),
        state: query.state,
        code: query.code,
        error: query.error,
        issuer: query.iss,
    };
    match finish(&state.people, &visitor.visit, provider, brought).await {
        Ok(landed) => {
            let mut response = redirect(&landed.return_to);
            response.append_header((SET_COOKIE, no_cookie()));
            response.append_header((SET_COOKIE, cookie(&landed.session.token)));
            Ok(response.finish())
        }
        Err(error) => Ok(problem(&error.into())),
    }
}
