//! `GET /sso/{provider}/callback`

use actix_web::http::header::SET_COOKIE;
use actix_web::{HttpRequest, HttpResponse, web};
use actors::operations::sessions::{SecondFactorAsked, SignIn};
use actors::operations::sign_on::{Brought, finish};
use actors::sso::SignOnError;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{NAME, named, no_cookie, problem, redirect};
use crate::access::Visitor;
use crate::errors::ApiError;
use crate::identity::{cookie, cookie_named};
use crate::query::Query;
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
    responses((status = 303, description = "Signed in, to `return_to`; to `/sign-in#ticket=…&factors=…` for the second factor, or to `/sign-in?problem=<code>`"), (status = 404, description = "not_found")))]
pub async fn handle(
    state: web::Data<AppState>,
    visitor: Visitor,
    request: HttpRequest,
    query: Query<CallbackQuery>,
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
            let mut response = match &landed.sign_in {
                SignIn::Begun(session) => {
                    let mut response = redirect(&landed.return_to);
                    response.append_header((SET_COOKIE, cookie(&session.token)));
                    response
                }
                SignIn::SecondFactor(asked) => redirect(&second_factor_page(asked, &landed.return_to)),
            };
            response.append_header((SET_COOKIE, no_cookie()));
            Ok(response.finish())
        }
        Err(error) => Ok(problem(&error.into())),
    }
}

/// Where the second factor is asked for. The ticket stands behind the `#`, which browsers send to nobody.
fn second_factor_page(asked: &SecondFactorAsked, return_to: &str) -> String {
    let fragment = form_urlencoded::Serializer::new(String::new())
        .append_pair("ticket", &asked.ticket)
        .append_pair("factors", &asked.factors.join(","))
        .append_pair("return_to", return_to)
        .finish();
    format!("/sign-in#{fragment}")
}
