//! One HTTP/1.1 request, written into a buffer that is used again for the next one.
//!
//! Called by [`Client`](super::Client) and by every [`Shopper`](super::load::Shopper). It must never allocate once the
//! buffer has grown to the size of the largest request, and it escapes nothing: paths and keys go out as given.

use std::io::Write as _;
use std::net::SocketAddr;

/// Grown when a request needs more; a checkout of one line takes about 300 bytes.
const INITIAL_CAPACITY_BYTES: usize = 512;

/// The request methods Entrepot's API uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates or acts.
    Post,
    /// Replaces.
    Put,
    /// Changes in part.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// The method as it stands on the request line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether a request of this method states its length even when it has no body (RFC 9110 §8.6).
    fn anticipates_body(self) -> bool {
        match self {
            Self::Post | Self::Put | Self::Patch => true,
            Self::Get | Self::Delete => false,
        }
    }
}

/// What to ask of the server. The bearer key and the address are the buffer's.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// What to do.
    pub method: Method,
    /// To what: path and query, as they go on the request line.
    pub path: &'a str,
    /// The `Idempotency-Key` header, if there is to be one.
    pub idempotency_key: Option<&'a str>,
    /// Sent as JSON unless empty.
    pub body: &'a [u8],
}

impl<'a> Request<'a> {
    /// A request without a body and without a key.
    #[must_use]
    pub fn new(method: Method, path: &'a str) -> Self {
        Self {
            method,
            path,
            idempotency_key: None,
            body: b"",
        }
    }
}

/// The bytes of the request to send next. Holds the bearer key, so it has no `Debug`.
pub struct RequestBuffer {
    bytes: Vec<u8>,
    /// From the end of the path to the headers that never change.
    constant_part: Vec<u8>,
}

impl RequestBuffer {
    /// A buffer for requests to `addr` that all carry `Authorization: Bearer <bearer_key>`.
    #[must_use]
    pub fn new(addr: SocketAddr, bearer_key: &str) -> Self {
        Self {
            bytes: Vec::with_capacity(INITIAL_CAPACITY_BYTES),
            constant_part: format!(" HTTP/1.1\r\nHost: {addr}\r\nAuthorization: Bearer {bearer_key}\r\n").into_bytes(),
        }
    }

    /// Replaces what the buffer held by `request`.
    pub fn write(&mut self, request: &Request<'_>) {
        let Request {
            method,
            path,
            idempotency_key,
            body,
        } = *request;
        self.bytes.clear();
        self.put(&[method.as_str().as_bytes(), b" ", path.as_bytes()]);
        self.bytes.extend_from_slice(&self.constant_part);
        if let Some(key) = idempotency_key {
            self.put(&[b"Idempotency-Key: ", key.as_bytes(), b"\r\n"]);
        }
        if !body.is_empty() {
            self.put(&[b"Content-Type: application/json\r\n"]);
        }
        if !body.is_empty() || method.anticipates_body() {
            // Writing to a Vec cannot fail.
            let _ = write!(self.bytes, "Content-Length: {}\r\n", body.len());
        }
        self.put(&[b"\r\n", body]);
    }

    /// The request as it goes on the wire; empty until the first [`write`](Self::write).
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn put(&mut self, pieces: &[&[u8]]) {
        for piece in pieces {
            self.bytes.extend_from_slice(piece);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(request: &Request<'_>) -> String {
        let mut buffer = RequestBuffer::new(SocketAddr::from(([127, 0, 0, 1], 8080)), "secret");
        buffer.write(&Request {
            idempotency_key: Some("old-key"),
            body: b"{\"old\":true}",
            ..Request::new(Method::Put, "/an/earlier/and/longer/one")
        });
        buffer.write(request);
        String::from_utf8(buffer.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn a_post_carries_its_key_its_length_and_its_body_and_nothing_of_the_one_before() {
        assert_eq!(
            written(&Request {
                idempotency_key: Some("k-1"),
                body: b"{}",
                ..Request::new(Method::Post, "/orders")
            }),
            "POST /orders HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nAuthorization: Bearer secret\r\nIdempotency-Key: k-1\r\n\
             Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
        );
    }

    #[test]
    fn an_empty_post_states_that_it_is_empty_and_a_get_states_no_length() {
        assert!(written(&Request::new(Method::Post, "/ping")).ends_with("secret\r\nContent-Length: 0\r\n\r\n"));
        assert!(written(&Request::new(Method::Get, "/ping")).ends_with("secret\r\n\r\n"));
    }
}
