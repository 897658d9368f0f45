//! One request in words: `app.post(path).key("k").json(…).send().await.ok(201)`.

use std::net::SocketAddr;

use serde_json::Value;

use crate::http::{RawAnswer, exchange};

/// What every problem says; see `web/src/errors.rs`.
const PROBLEM_MEMBERS: &[&str] = &["type", "title", "status", "code", "detail", "advice", "request_id"];

/// A request being put together.
#[derive(Clone, Debug)]
#[must_use]
pub struct Call {
    address: SocketAddr,
    method: String,
    path: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Option<Vec<u8>>,
    says_host: bool,
}

impl Call {
    pub(crate) fn new(address: SocketAddr, method: &str, path: &str, api_key: &str) -> Self {
        let call = Self {
            address,
            method: method.to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: None,
            says_host: true,
        };
        call.header("authorization", format!("Bearer {api_key}"))
    }

    /// Another API key.
    pub fn api_key(self, api_key: &str) -> Self {
        self.without("authorization")
            .header("authorization", format!("Bearer {api_key}"))
    }

    /// The `Idempotency-Key`.
    pub fn key(self, key: impl std::fmt::Display) -> Self {
        self.header("idempotency-key", key.to_string())
    }

    /// One more header, as it is.
    pub fn header(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Without the headers of this name.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    /// Without its own `Host`, for another.
    pub fn without_host(mut self) -> Self {
        self.says_host = false;
        self
    }

    /// A JSON body.
    #[expect(clippy::needless_pass_by_value, reason = "json!(…) is written in the call")]
    pub fn json(self, body: Value) -> Self {
        self.raw(body.to_string())
    }

    /// Any bytes, said to be JSON.
    pub fn raw(self, body: impl Into<Vec<u8>>) -> Self {
        let mut call = self.header("content-type", "application/json");
        call.body = Some(body.into());
        call
    }

    /// The bytes on the wire.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.head();
        let body = self.body.as_deref().unwrap_or_default();
        if self.method != "GET" {
            bytes.extend_from_slice(format!("content-length: {}\r\n", body.len()).as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(body);
        bytes
    }

    /// The same with a chunked body.
    #[must_use]
    pub fn chunked_bytes(&self) -> Vec<u8> {
        let mut bytes = self.head();
        bytes.extend_from_slice(b"transfer-encoding: chunked\r\n\r\n");
        for chunk in self.body.as_deref().unwrap_or_default().chunks(8 * 1024) {
            bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            bytes.extend_from_slice(chunk);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"0\r\n\r\n");
        bytes
    }

    fn head(&self) -> Vec<u8> {
        let mut bytes = format!("{} {} HTTP/1.1\r\nconnection: close\r\n", self.method, self.path).into_bytes();
        if self.says_host {
            bytes.extend_from_slice(format!("host: {}\r\n", self.address).as_bytes());
        }
        for (name, value) in &self.headers {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes
    }

    /// Sends it and waits for the answer.
    pub async fn send(self) -> Answer {
        let raw = exchange(self.address, self.bytes()).await;
        Answer {
            asked: format!("{} {}", self.method, self.path),
            raw,
        }
    }

    /// Sends the body in chunks.
    pub async fn send_chunked(self) -> Answer {
        let raw = exchange(self.address, self.chunked_bytes()).await;
        Answer {
            asked: format!("{} {} (chunked)", self.method, self.path),
            raw,
        }
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Method and path, for messages.
    pub asked: String,
    /// Status, headers and bytes.
    pub raw: RawAnswer,
}

impl Answer {
    /// An answer that was received by other means.
    #[must_use]
    pub fn of(asked: &str, raw: RawAnswer) -> Self {
        Self {
            asked: asked.to_owned(),
            raw,
        }
    }

    /// HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.raw.status
    }

    /// A header's value; names in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.raw.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Whether it says that it is the answer to an earlier request.
    #[must_use]
    pub fn is_replay(&self) -> bool {
        self.header("idempotent-replayed") == Some("true")
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.raw.body).into_owned()
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.raw.body)
            .unwrap_or_else(|error| panic!("{}: {error} in {}", self.asked, self.text()))
    }

    /// The JSON of an answer that must have this status.
    #[track_caller]
    #[must_use]
    pub fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status(), status, "{}: {}", self.asked, self.text());
        self.json()
    }

    /// The body of a problem with this status and code, complete in form; without what changes from request to request.
    #[track_caller]
    #[must_use]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status(), status, "{}: {}", self.asked, self.text());
        let mut problem = self.any_problem();
        assert_eq!(problem["code"], code, "{}: {}", self.asked, self.text());
        problem.as_object_mut().unwrap().remove("request_id");
        problem
    }

    /// The body of any problem, checked for its form.
    #[track_caller]
    #[must_use]
    pub fn any_problem(&self) -> Value {
        let content_type = self.header("content-type");
        assert_eq!(
            content_type,
            Some("application/problem+json"),
            "{}: {} {}",
            self.asked,
            self.status(),
            self.text()
        );
        let problem = self.json();
        for member in PROBLEM_MEMBERS {
            assert!(
                problem.get(member).is_some_and(|value| !value.is_null() && value != ""),
                "{}: no {member} in {problem}",
                self.asked
            );
        }
        assert_eq!(problem["status"], self.status(), "{}: {problem}", self.asked);
        assert_eq!(
            self.header("x-request-id"),
            problem["request_id"].as_str(),
            "{}",
            self.asked
        );
        problem
    }
}
