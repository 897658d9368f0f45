//! Who asks. Until people exist (the next milestone) that is an API key, and a key may do everything in its organization.

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest, web};
use actors::operations::Caller;
use actors::operations::organizations::hash_api_key;
use domain::ids::OrgId;
use futures_util::future::{FutureExt, LocalBoxFuture};
use storage::api_keys;

use crate::errors::{ApiError, Code};
use crate::state::AppState;

/// A caller whose key is valid. A handler without it in its signature is open to everybody.
#[derive(Clone, Copy, Debug)]
pub struct Authenticated {
    /// Who.
    pub caller: Caller,
}

impl Authenticated {
    /// The organization it acts for.
    #[must_use]
    pub fn org(&self) -> OrgId {
        self.caller.org
    }
}

impl FromRequest for Authenticated {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let header = request
            .headers()
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let secret = header
            .and_then(|value| value.strip_prefix("Bearer "))
            .map(str::trim)
            .unwrap_or_default();
        let state = request.app_data::<web::Data<AppState>>().cloned();
        let (Some(state), false) = (state, secret.is_empty()) else {
            return std::future::ready(Err(ApiError::new(Code::Unauthenticated))).boxed_local();
        };
        let hash = hash_api_key(secret);
        async move {
            let owner = match state.keys.get(&hash) {
                Some(known) => known,
                None => {
                    let found = api_keys::find(&state.stock.engine, &hash).await?;
                    state.keys.insert(hash, found);
                    found
                }
            };
            let owner = owner.ok_or_else(|| ApiError::new(Code::Unauthenticated))?;
            Ok(Self {
                caller: Caller {
                    org: owner.org,
                    key: Some(owner.key),
                },
            })
        }
        .boxed_local()
    }
}
