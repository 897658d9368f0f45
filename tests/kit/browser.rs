//! A browser at the hub: keeps its cookie and its CSRF token, says where its pages come from, and reads the mail.

use std::path::Path;

use serde_json::{Value, json};

use crate::app::{PUBLIC_URL, TestApp};
use crate::call::{Answer, Call};
use crate::wait::until;

/// One browser; a fresh one knows nothing.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// The `__Host-entrepot` cookie's value.
    pub token: Option<String>,
    /// What its writes carry.
    pub csrf: Option<String>,
}

impl Browser {
    /// The password of everybody in tests.
    pub const PASSWORD: &str = "correct horse battery";

    /// A request as our own pages make it.
    pub fn call(&self, app: &TestApp, method: &str, path: &str) -> Call {
        let mut call = app.call(method, path).without("authorization");
        if let Some(token) = &self.token {
            call = call.header("cookie", format!("theme=dark; __Host-entrepot={token}"));
        }
        if method != "GET" {
            call = call.header("origin", PUBLIC_URL);
            if let Some(csrf) = &self.csrf {
                call = call.header("x-csrf-token", csrf.as_str());
            }
        }
        call
    }

    /// A GET.
    pub fn get(&self, app: &TestApp, path: &str) -> Call {
        self.call(app, "GET", path)
    }

    /// A POST with a body.
    pub fn post(&self, app: &TestApp, path: &str, body: Value) -> Call {
        self.call(app, "POST", path).json(body)
    }

    /// Keeps the cookie and the token of an answer that has them.
    pub fn keep(&mut self, answer: &Answer) {
        if let Some(cookie) = answer.header("set-cookie") {
            let (_, rest) = cookie.split_once('=').expect("a cookie");
            self.token = rest
                .split(';')
                .next()
                .map(str::to_owned)
                .filter(|token| !token.is_empty());
        }
        if let Some(csrf) = serde_json::from_slice::<Value>(&answer.raw.body)
            .ok()
            .and_then(|body| body["csrf_token"].as_str().map(str::to_owned))
        {
            self.csrf = Some(csrf);
        }
    }

    /// Signs in with everybody's password.
    pub async fn sign_in(app: &TestApp, email: &str) -> Self {
        let mut browser = Self::default();
        let body = json!({ "email": email, "password": Self::PASSWORD });
        let answer = browser.post(app, "/api/v1/sessions", body).send().await;
        let _begun = answer.ok(201);
        browser.keep(&answer);
        browser
    }

    /// Sets everybody's password by way of the letter for forgotten ones, as somebody who is not signed in.
    pub async fn reset_password(app: &TestApp, email: &str) {
        let nobody = Self::default();
        let forgot = nobody.post(app, "/api/v1/people/forgot", json!({ "email": email }));
        assert_eq!(forgot.send().await.status(), 202);
        let token = token_in(&app.mail(email, "Choose a new password").await);
        let body = json!({ "token": token, "password": Self::PASSWORD });
        let reset = nobody.post(app, "/api/v1/people/reset", body).send().await;
        assert_eq!(reset.status(), 204, "{}", reset.text());
    }

    /// Signs up with an organization of their own, answers the mail, and is signed in.
    pub async fn sign_up(app: &TestApp, email: &str, organization: &str) -> Self {
        let mut browser = Self::default();
        let body =
            json!({ "email": email, "password": Self::PASSWORD, "name": "Mei Lin", "organization": organization });
        let answer = browser.post(app, "/api/v1/people/sign-up", body).send().await;
        assert_eq!(answer.status(), 202, "{}", answer.text());
        let token = token_in(&app.mail(&email.trim().to_lowercase(), "Confirm").await);
        let body = json!({ "token": token, "password": Self::PASSWORD });
        let answer = browser.post(app, "/api/v1/people/verify", body).send().await;
        let _begun = answer.ok(201);
        browser.keep(&answer);
        browser
    }

    /// Is invited by the first organization's key, accepts, and is signed in.
    pub async fn invited(app: &TestApp, email: &str, role: &str) -> Self {
        let body = json!({ "email": email, "role": role });
        let _sent = app.post("/api/v1/invitations").json(body).send().await.ok(201);
        Self::accept(app, &token_in(&app.mail(email, "invited").await)).await
    }

    /// Accepts an invitation as somebody new.
    pub async fn accept(app: &TestApp, token: &str) -> Self {
        let mut browser = Self::default();
        let body = json!({ "token": token, "password": Self::PASSWORD, "name": "Somebody" });
        let answer = browser.post(app, "/api/v1/invitations/accept", body).send().await;
        let _begun = answer.ok(201);
        browser.keep(&answer);
        browser
    }

    /// The session as the hub sees it.
    pub async fn current(&self, app: &TestApp) -> Value {
        self.get(app, "/api/v1/sessions/current").send().await.ok(200)
    }
}

/// The token in a letter's link.
#[must_use]
pub fn token_in(letter: &str) -> String {
    let (_, rest) = letter.split_once("#token=").expect("a link in the letter");
    rest.chars().take_while(char::is_ascii_hexdigit).collect()
}

impl TestApp {
    /// The newest letter to this address with these words in its subject, as it stands in its file. Waits for it.
    pub async fn mail(&self, to: &str, subject: &str) -> String {
        let mut found = None;
        until(&format!("a letter to {to}: {subject}"), async || {
            found = self.letters(to).into_iter().rev().find(|letter| {
                letter
                    .lines()
                    .any(|line| line.starts_with("Subject:") && line.contains(subject))
            });
            found.is_some()
        })
        .await;
        found.expect("a letter")
    }

    /// All letters to this address, the oldest first.
    #[must_use]
    pub fn letters(&self, to: &str) -> Vec<String> {
        let mut files: Vec<_> = list(&self.folder.join("mail"));
        files.sort();
        let letters = files.iter().filter_map(|file| std::fs::read_to_string(file).ok());
        let to = format!("To: {to}");
        letters.filter(|letter| letter.lines().any(|line| line == to)).collect()
    }
}

fn list(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.map(|entry| entry.path());
    files
        .filter(|path| path.extension().is_some_and(|kind| kind == "eml"))
        .collect()
}
