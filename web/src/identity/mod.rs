//! Who asks: an API key (a machine) or a session (a person's browser), and what it may do in which organization.

mod api_key;
mod browser;
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

pub(crate) use browser::{check_public, csrf_token};
pub(crate) use session::{BegunView, KnownSession, NO_COOKIE, SwitchedView, begun, cookie, find as find_session};

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
}

/// Finds out who asks. Nothing is read from the body. Whoever sends `Authorization` is a machine, whatever cookies come along:
/// no other site can make a browser send that header.
pub(crate) fn identify(request: &HttpRequest) -> impl Future<Output = Result<Identity, ApiError>> + use<> {
    let state = request.app_data::<web::Data<AppState>>().cloned();
    let has_header = request.headers().contains_key(AUTHORIZATION);
    let secret = bearer(request).map(api_key::hash);
    let browser = (!has_header).then(|| request.clone());
    async move {
        let state = state.ok_or_else(|| ApiError::new(Code::Unauthenticated))?;
        match (secret, browser) {
            (Some(hash), _) => api_key::find(&state, hash).await,
            (None, Some(request)) => of_session(session::find(&state, &request).await?),
            (None, None) => Err(ApiError::new(Code::Unauthenticated)),
        }
    }
}

fn of_session(known: KnownSession) -> Result<Identity, ApiError> {
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
