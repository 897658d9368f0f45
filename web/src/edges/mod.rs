//! What stands around every request, whoever asks: whose address it comes from, which limits hold, which sites may read the
//! answer, and what browsers may do with it. Put into words by `docs/security/edges.md`.

mod address;
mod cors;
mod headers;
mod limits;
mod nonce;

use std::net::IpAddr;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::HeaderValue;
use actors::clock::Clock;

pub use address::Network;
pub use limits::LimitSettings;
pub(crate) use limits::{Charged, RouteClass, class_of};
pub(crate) use nonce::Nonce;

use crate::errors::{ApiError, Code};
use cors::Cors;
use headers::SecurityHeaders;
use limits::Limits;

/// How the hub meets the world.
#[derive(Clone, Debug, Default)]
pub struct EdgeSettings {
    /// Where people reach the hub: `https://hub.example`. None: wherever it listens, without TLS.
    pub public_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Sites whose scripts may read answers, exactly as browsers name them.
    pub allowed_origins: Vec<String>,
    /// How often who may ask.
    pub limits: LimitSettings,
}

/// The settings, made ready.
pub(crate) struct Edges {
    trusted_proxies: Vec<Network>,
    cors: Cors,
    headers: SecurityHeaders,
    limits: Limits,
}

impl Edges {
    pub(crate) fn new(settings: &EdgeSettings, clock: Arc<dyn Clock>) -> Self {
        let is_https = settings
            .public_url
            .as_deref()
            .is_some_and(|url| url.starts_with("https://"));
        Self {
            trusted_proxies: settings.trusted_proxies.clone(),
            cors: Cors::new(&settings.allowed_origins),
            headers: SecurityHeaders::new(is_https),
            limits: Limits::new(&settings.limits, clock),
        }
    }

    /// Where the request comes from: the peer, or what a trusted proxy says of it.
    pub(crate) fn address(&self, request: &HttpRequest) -> Option<IpAddr> {
        address::client(request, &self.trusted_proxies)
    }

    /// What is answered before the request reaches its handler: a preflight's answer, or no for an address that asks too
    /// often. Callers with a key or a session are charged where they are known; see [`Self::charge`].
    pub(crate) fn turn_away(&self, request: &ServiceRequest) -> Option<Result<ServiceResponse<BoxBody>, ApiError>> {
        if let Some(answer) = self.cors.preflight(request) {
            return Some(Ok(ServiceResponse::new(request.request().clone(), answer)));
        }
        // No path of ours needs an escape, and limits count by the path as it came: `%73essions` must not be another class.
        if request.path().contains('%') {
            return Some(Err(ApiError::new(Code::NotFound)));
        }
        let class = class_of(request.method(), request.path());
        if !class.is_charged_by_address() {
            return None;
        }
        self.charge_address(class, request.request()).err().map(Err)
    }

    /// Takes one request of the address's share.
    ///
    /// # Errors
    /// `rate_limited`, with the seconds until there is one again.
    pub(crate) fn charge_address(&self, class: RouteClass, request: &HttpRequest) -> Result<(), ApiError> {
        if !self.limits.is_limited(class, None) {
            return Ok(());
        }
        let address = self.address(request).map_or(Charged::Nobody, Charged::address);
        self.limits.charge(class, address, None)
    }

    /// Takes one request of a known caller's share. `own` is the caller's own limit a minute: none follows the settings,
    /// 0 is no limit.
    ///
    /// # Errors
    /// `rate_limited`, with the seconds until there is one again.
    pub(crate) fn charge(&self, class: RouteClass, who: Charged, own: Option<u32>) -> Result<(), ApiError> {
        self.limits.charge(class, who, own)
    }

    /// The `Origin` that may read the answer, if the request names one that may.
    pub(crate) fn reader(&self, request: &ServiceRequest) -> Option<HeaderValue> {
        self.cors.reader(request.headers())
    }

    /// Completes an answer.
    pub(crate) fn complete<B>(&self, response: &mut ServiceResponse<B>, reader: Option<HeaderValue>) {
        let nonce = response.response().extensions().get::<Nonce>().cloned();
        let headers = response.headers_mut();
        self.headers.add(headers, nonce.as_ref());
        self.cors.add(headers, reader);
    }
}
