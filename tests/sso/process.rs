//! The provider's process.

use std::net::SocketAddr;
use std::process::Stdio;

use kit::{RawAnswer, exchange, workspace};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::{CALLBACK, OTHER_CALLBACK};

/// A running provider; it ends with this.
pub(super) struct Provider {
    address: SocketAddr,
    process: Child,
    puts_claims_into_tokens: bool,
}

impl Provider {
    /// One with fresh keys, that tells about people only when it is asked beside the token.
    pub(super) async fn start() -> Self {
        Self::run(0, false).await
    }

    /// One that puts everything it tells into the ID token.
    pub(super) async fn start_talkative() -> Self {
        Self::run(0, true).await
    }

    async fn run(port: u16, puts_claims_into_tokens: bool) -> Self {
        let folder = workspace().join("tests/sso/provider");
        assert!(
            folder.join("node_modules/oidc-provider").is_dir(),
            "the provider is not installed; run `scripts/bootstrap test`"
        );
        let wanted = json!({ "port": port, "redirect_uris": [CALLBACK, OTHER_CALLBACK], "claims_in_token": puts_claims_into_tokens });
        let mut process = Command::new("node")
            .arg("server.mjs")
            .arg(wanted.to_string())
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("node starts");
        let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let line = lines.next_line().await.expect("its output").expect("a line");
        let port = line
            .strip_prefix("port ")
            .and_then(|port| port.parse().ok())
            .expect("a port");
        Self {
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            process,
            puts_claims_into_tokens,
        }
    }

    pub(super) fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends it; it can be started again at the same place.
    pub(super) async fn stop(&mut self) {
        self.process.kill().await.expect("it ends");
    }

    /// Another process at the same place: new keys, nothing remembered.
    pub(super) async fn restart(&mut self) {
        self.stop().await;
        *self = Self::run(self.address.port(), self.puts_claims_into_tokens).await;
    }

    /// Changes what it does; see `server.mjs`.
    pub(super) async fn control(&self, change: &Value) {
        let _counts = self.controlled("PUT", &change.to_string()).await;
    }

    /// What it tells of whoever signs in as `login`.
    pub(super) async fn knows(&self, login: &str, email: &str, is_verified: bool) {
        let account = json!({ "email": email, "email_verified": is_verified, "name": "Mei Lin" });
        self.control(&json!({ "accounts": { login: account } })).await;
    }

    /// How often a path of its was asked for.
    pub(super) async fn asked(&self, path: &str) -> u64 {
        let counts = self.controlled("GET", "").await;
        counts["asked"][path].as_u64().unwrap_or_default()
    }

    async fn controlled(&self, method: &str, body: &str) -> Value {
        let answer = self.send(method, "/control", &[], body).await;
        serde_json::from_slice(&answer.body).expect("JSON")
    }

    /// A request to it.
    pub(super) async fn send(&self, method: &str, path: &str, headers: &[(&str, String)], body: &str) -> RawAnswer {
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n",
            self.address
        );
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let bytes = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
        exchange(self.address, bytes.into_bytes()).await
    }
}
