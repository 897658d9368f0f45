//! Who asks: a machine with an API key or an access token, or a session (a person's browser), and what it may do in which
//! organization.

mod machine;

use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, web};
use actors::operations::Caller;
use domain::access::PermissionSet;

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
}

/// A caller that proved who it is.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Who, and for which organization.
    pub caller: Caller,
    /// What it may do there.
    pub permissions: PermissionSet,
    /// What it proved itself with.
    pub proof: Proof,
}

/// Finds out who asks. Nothing is read from the body.
pub(crate) fn identify(request: &HttpRequest) -> impl Future<Output = Result<Identity, ApiError>> + use<> {
    let state = request.app_data::<web::Data<AppState>>().cloned();
    let request = request.clone();
    async move {
        let state = state.ok_or_else(|| ApiError::new(Code::Unauthenticated))?;
        machine::find(&state, &request).await
    }
}

/// The secret in `Authorization: Bearer …`.
fn bearer(request: &HttpRequest) -> Option<&str> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let secret = header.strip_prefix("Bearer ")?.trim();
    Some(secret).filter(|secret| !secret.is_empty())
}
