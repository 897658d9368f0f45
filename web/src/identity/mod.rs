//! Who asks: an API key (a machine) or a session (a person's browser), and what it may do in which organization.

mod api_key;

use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, web};
use actors::operations::Caller;
use domain::access::PermissionSet;

use crate::errors::{ApiError, Code};
use crate::state::AppState;

/// A caller that proved who it is.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Who, and for which organization.
    pub caller: Caller,
    /// What it may do there.
    pub permissions: PermissionSet,
}

/// Finds out who asks. Nothing is read from the body.
pub(crate) fn identify(request: &HttpRequest) -> impl Future<Output = Result<Identity, ApiError>> + use<> {
    let state = request.app_data::<web::Data<AppState>>().cloned();
    let secret = bearer(request).map(api_key::hash);
    async move {
        let (Some(state), Some(hash)) = (state, secret) else {
            return Err(ApiError::new(Code::Unauthenticated));
        };
        api_key::find(&state, hash).await
    }
}

/// The secret in `Authorization: Bearer …`.
fn bearer(request: &HttpRequest) -> Option<&str> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let secret = header.strip_prefix("Bearer ")?.trim();
    Some(secret).filter(|secret| !secret.is_empty())
}
