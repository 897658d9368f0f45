//! One request, one owned response: the convenient way to talk to the server.
//!
//! Called by the demo and by tests. It must never be used to generate load (it copies every body), and it never retries.

use std::net::SocketAddr;
use std::time::Duration;

use super::http::{Connection, RequestError};
use super::request::{Method, Request, RequestBuffer};

/// Long enough for a cold start, short enough that a hanging server fails a test.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// A client with one keep-alive connection. Holds the bearer key, so it has no `Debug`.
pub struct Client {
    connection: Connection,
    request: RequestBuffer,
}

/// A complete response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The body as it came.
    pub body: Vec<u8>,
    /// How long the server asks to wait before the next attempt, where it says so in seconds.
    pub retry_after: Option<Duration>,
}

impl Client {
    /// A client of the server at `addr` that authenticates with `bearer_key`. Connects on the first request.
    #[must_use]
    pub fn new(addr: SocketAddr, bearer_key: &str) -> Self {
        Self::with_timeout(addr, bearer_key, DEFAULT_TIMEOUT)
    }

    /// The same with a timeout of its own, which bounds connecting and each request.
    #[must_use]
    pub fn with_timeout(addr: SocketAddr, bearer_key: &str, timeout: Duration) -> Self {
        Self {
            connection: Connection::new(addr, timeout),
            request: RequestBuffer::new(addr, bearer_key),
        }
    }

    /// Reads `path`.
    ///
    /// # Errors
    /// When no answer came; see [`RequestError`]. A status of 4xx or 5xx is an answer.
    pub async fn get(&mut self, path: &str) -> Result<Response, RequestError> {
        self.send(&Request::new(Method::Get, path)).await
    }

    /// Posts a JSON `body` (or an empty one) to `path`.
    ///
    /// # Errors
    /// As for [`get`](Self::get); after `InDoubt`, post again with the same idempotency key.
    pub async fn post(
        &mut self,
        path: &str,
        body: impl AsRef<[u8]>,
        idempotency_key: Option<&str>,
    ) -> Result<Response, RequestError> {
        self.send(&Request {
            idempotency_key,
            body: body.as_ref(),
            ..Request::new(Method::Post, path)
        })
        .await
    }

    /// Sends a request of any method.
    ///
    /// # Errors
    /// As for [`post`](Self::post).
    pub async fn send(&mut self, request: &Request<'_>) -> Result<Response, RequestError> {
        self.request.write(request);
        let answer = self.connection.exchange(self.request.as_bytes()).await?;
        Ok(Response {
            status: answer.status,
            body: answer.body.to_vec(),
            retry_after: answer.retry_after,
        })
    }
}

impl Response {
    /// The body as JSON.
    ///
    /// # Errors
    /// When it is not JSON.
    pub fn json(&self) -> Result<serde_json::Value, serde_json::Error> {
        serde_json::from_slice(&self.body)
    }
}
