//! Where a request came from, for the audit log: the address and the id it is quoted by.

use std::future::{Ready, ready};
use std::net::IpAddr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use actors::operations::Request;
use domain::audit::{Actor, Trail};
use jiff::Timestamp;

use crate::access::Staff;
use crate::errors::ApiError;
use crate::idempotency_key::IdempotencyKey;
use crate::identity::Identity;
use crate::request_log::{RequestId, id_of};
use crate::state::AppState;

/// Where a request came from. Taken by handlers whose write leaves an audit entry.
#[derive(Clone, Debug)]
pub struct Provenance {
    from: Option<IpAddr>,
    request_id: String,
}

impl Provenance {
    /// What all audit entries of this request begin with.
    #[must_use]
    pub(crate) fn trail(&self, who: &Identity, at: Timestamp) -> Trail {
        self.trail_of(who.caller.actor, at)
    }

    /// The same for whoever is known by other means.
    #[must_use]
    pub(crate) fn trail_of(&self, actor: Actor, at: Timestamp) -> Trail {
        Trail {
            at,
            actor,
            from: self.from,
            request_id: Some(self.request_id.clone()),
        }
    }

    /// The address, and the request's id.
    #[must_use]
    pub(crate) fn parts(self) -> (Option<IpAddr>, String) {
        (self.from, self.request_id)
    }
}

impl FromRequest for Provenance {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let state = request.app_data::<web::Data<AppState>>();
        let request_id = id_of(request, state.map(|state| state.get_ref()));
        // The request's log line and its answer must say the same id.
        request.extensions_mut().insert(RequestId(request_id.clone()));
        ready(Ok(Self {
            from: state.and_then(|state| state.edges.address(request)),
            request_id,
        }))
    }
}

/// The [`IdempotencyKey`] of a write that leaves an audit entry, with where it came from.
#[derive(Clone, Debug)]
pub struct TracedKey {
    key: IdempotencyKey,
    provenance: Provenance,
}

impl TracedKey {
    /// The write as operations know it; see [`IdempotencyKey::request`].
    #[must_use]
    pub fn request<P>(&self, who: &Staff<P>, body: &[u8]) -> Request {
        self.key.request(who, body)
    }

    /// What its audit entry begins with.
    #[must_use]
    pub fn trail<P>(&self, who: &Staff<P>, at: Timestamp) -> Trail {
        self.provenance.trail(&who.identity, at)
    }
}

impl FromRequest for TracedKey {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let key = IdempotencyKey::from_request(request, payload).into_inner();
        let provenance = Provenance::from_request(request, payload).into_inner();
        ready(key.and_then(|key| {
            Ok(Self {
                key,
                provenance: provenance?,
            })
        }))
    }
}
