//! The only way to a provider: bounded in time and size, no redirects, no proxies, no cookies, TLS except to this machine.

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use openidconnect::http::Response;
use openidconnect::url::{Host, Url};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::redirect::Policy;
use rustls::{ClientConfig, RootCertStore};

use super::SignOnStartError;

const CONNECT_WITHIN: Duration = Duration::from_secs(3);
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// Keys of the largest providers take a few KiB.
const MOST_BYTES: usize = 256 * 1024;

/// Calls providers.
#[derive(Clone)]
pub(super) struct BoundedClient {
    client: reqwest::Client,
}

/// A call came to nothing. Its words hold no address: that could hold a code.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(super) enum CallFailed {
    /// No connection, or no answer in time.
    #[error("no answer")]
    NoAnswer,
    /// The answer does not end where answers do.
    #[error("the answer is larger than {MOST_BYTES} bytes")]
    TooLarge,
    /// The address is not one that may be called.
    #[error("the address is not of https")]
    Address,
}

impl BoundedClient {
    /// One that trusts whom this machine trusts.
    pub(super) fn new() -> Result<Self, SignOnStartError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ANSWER_WITHIN)
            .build()?;
        Ok(Self { client })
    }

    async fn fetch(&self, request: HttpRequest) -> Result<HttpResponse, CallFailed> {
        let request = reqwest::Request::try_from(request).map_err(|_| CallFailed::Address)?;
        if !is_safe(request.url()) {
            return Err(CallFailed::Address);
        }
        let no_answer = |_: reqwest::Error| CallFailed::NoAnswer;
        let mut answer = self.client.execute(request).await.map_err(no_answer)?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(no_answer)? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(CallFailed::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = Response::new(body);
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for BoundedClient {
    type Error = CallFailed;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, CallFailed>> + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.fetch(request))
    }
}

/// Whether an address may be called, or a browser sent to it: https, or this very machine.
pub(super) fn is_safe(url: &Url) -> bool {
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && is_here)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_goes_to_this_machine_only() {
        let safe = |text: &str| is_safe(&text.parse().unwrap());
        for right in [
            "https://a.example/x",
            "http://localhost:1/",
            "http://127.0.0.1:1",
            "http://[::1]:1",
        ] {
            assert!(safe(right), "{right}");
        }
        for wrong in [
            "http://a.example",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "ftp://localhost",
            "file:///etc/passwd",
        ] {
            assert!(!safe(wrong), "{wrong}");
        }
    }
}
