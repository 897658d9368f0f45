//! Who asks: a machine with an API key or an access token, or a session (a person's browser), and what it may do in which
//! organization.

mod browser;
mod machine;
mod session;

use std::sync::Arc;

use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, web};
use actors::operations::Caller;
use domain::access::{PermissionSet, Role};
use domain::audit::Actor;
use domain::ids::LocationId;

use crate::errors::{ApiError, Code};
use crate::state::AppState;
pub(crate) use machine::Machine;

/// What a caller proved itself with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A long-lived key.
    ApiKey,
    /// A token that such a key was exchanged for.
    AccessToken,
    /// A browser's session.
    Session,
}

pub(crate) use browser::{check_public, csrf_token, is_sent_by_another_site};
pub(crate) use session::{
    BegunView, KnownSession, NO_COOKIE, SecondFactorView, SwitchedView, begun, cookie, cookie_named,
    find as find_session, find_unnoted, signed_in,
};

/// A caller that proved who it is.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Who, and for which organization.
    pub caller: Caller,
    /// What it may do there.
    pub permissions: PermissionSet,
    /// The highest role it may give or take.
    pub reach: Role,
    /// Where it may change stock; none: everywhere.
    pub locations: Option<Arc<[LocationId]>>,
    /// What it proved itself with.
    pub proof: Proof,
}

/// Finds out who asks. Nothing is read from the body. Whoever sends `Authorization` is a machine, whatever cookies come along:
/// no other site can make a browser send that header.
pub(crate) fn identify(request: &HttpRequest) -> impl Future<Output = Result<Identity, ApiError>> + use<> {
    let state = request.app_data::<web::Data<AppState>>().cloned();
    let is_machine = request.headers().contains_key(AUTHORIZATION);
    let request = request.clone();
    async move {
        let state = state.ok_or_else(|| ApiError::new(Code::Unauthenticated))?;
        if is_machine {
            machine::find(&state, &request).await
        } else {
            of_session(&state, &request, session::find(&state, &request).await?)
        }
    }
}

fn of_session(state: &AppState, request: &HttpRequest, known: KnownSession) -> Result<Identity, ApiError> {
    known.charge(state, request)?;
    let permissions = known.permissions();
    let Some(acting) = known.session.membership else {
        return Err(ApiError::new(Code::NoOrganization));
    };
    let see_as = known.session.see_as.unwrap_or(acting.role);
    Ok(Identity {
        caller: Caller {
            org: acting.org,
            actor: Actor::Person(known.session.person),
        },
        permissions,
        proof: Proof::Session,
        reach: acting.role.min(see_as),
        locations: acting.locations,
    })
}

/// The secret in `Authorization: Bearer …`.
fn bearer(request: &HttpRequest) -> Option<&str> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let secret = header.strip_prefix("Bearer ")?.trim();
    Some(secret).filter(|secret| !secret.is_empty())
}
