//! What people hold in their hands: an authenticator app, and a device with passkeys. Both are other people's code, so that a
//! mistake in ours does not meet itself.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use passkey::authenticator::{Authenticator, UiHint, UserCheck, UserValidationMethod};
use passkey::client::{Client, DefaultClientData};
use passkey::crypto::rust_crypto::RustCryptoBackend;
use passkey::types::Passkey;
use passkey::types::ctap2::{Aaguid, Ctap2Error};
use serde_json::{Value, json};
use totp_rs::Totp;
use url::Url;

use crate::app::{PUBLIC_URL, TestApp};
use crate::browser::Browser;
use crate::call::Answer;

/// An app that shows six digits.
pub struct AuthenticatorApp {
    totp: Totp,
}

impl AuthenticatorApp {
    /// Reads the link in the picture.
    #[must_use]
    pub fn scan(uri: &str) -> Self {
        Self {
            totp: Totp::from_url(uri).expect("a link that apps understand"),
        }
    }

    /// What it shows so many steps of 30 seconds from now.
    #[must_use]
    pub fn code_in(&self, app: &TestApp, steps: i64) -> String {
        use actors::clock::Clock as _;
        let second = app.clock().now().as_second() + steps * 30;
        self.totp.generate(second.try_into().expect("a time")).to_string()
    }

    /// What it shows now.
    #[must_use]
    pub fn code(&self, app: &TestApp) -> String {
        self.code_in(app, 0)
    }

    /// Six digits that are wrong now and for a long while.
    #[must_use]
    pub fn wrong_code(&self, app: &TestApp) -> String {
        let right: Vec<String> = (-50..50).map(|steps| self.code_in(app, steps)).collect();
        let mut all = (0..1_000_000).map(|code| format!("{code:06}"));
        all.find(|code| !right.contains(code)).expect("a wrong code")
    }
}

/// Somebody who touches the sensor whenever they are asked.
struct Touching;

#[async_trait::async_trait]
impl UserValidationMethod for Touching {
    type PasskeyItem = Passkey;

    async fn check_user<'a>(
        &self,
        _: UiHint<'a, Passkey>,
        presence: bool,
        verification: bool,
    ) -> Result<UserCheck, Ctap2Error> {
        Ok(UserCheck { presence, verification })
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }
}

/// A device that holds one passkey and counts its uses.
#[derive(Default)]
pub struct Device {
    held: Option<Passkey>,
}

impl Device {
    fn authenticator(&mut self) -> Authenticator<Option<Passkey>, Touching, RustCryptoBackend> {
        let mut device = Authenticator::new(Aaguid::new_empty(), self.held.take(), Touching, RustCryptoBackend);
        device.set_make_credentials_with_signature_counter(true);
        device
    }

    /// `navigator.credentials.create` on the hub's own pages.
    pub async fn create(&mut self, options: &Value) -> Value {
        self.create_at(PUBLIC_URL, options).await
    }

    /// The same on another site's.
    pub async fn create_at(&mut self, origin: &str, options: &Value) -> Value {
        let (mut client, origin) = (
            Client::new(self.authenticator()),
            Url::parse(origin).expect("an origin"),
        );
        let options = serde_json::from_value(options.clone()).expect("options that a browser understands");
        let made = client.register(&origin, options, DefaultClientData).await;
        self.held = client.authenticator().store().clone();
        as_a_browser_says(serde_json::to_value(made.expect("a passkey")).expect("JSON"))
    }

    /// `navigator.credentials.get` on the hub's own pages.
    pub async fn get(&mut self, options: &Value) -> Value {
        self.get_at(PUBLIC_URL, options).await
    }

    /// The same on another site's.
    pub async fn get_at(&mut self, origin: &str, options: &Value) -> Value {
        let (mut client, origin) = (
            Client::new(self.authenticator()),
            Url::parse(origin).expect("an origin"),
        );
        let options = serde_json::from_value(options.clone()).expect("options that a browser understands");
        let got = client.authenticate(&origin, options, DefaultClientData).await;
        self.held = client.authenticator().store().clone();
        as_a_browser_says(serde_json::to_value(got.expect("an answer")).expect("JSON"))
    }

    /// Another device with the same passkey and the same count.
    #[must_use]
    pub fn copy(&self) -> Self {
        Self {
            held: self.held.clone(),
        }
    }
}

impl Browser {
    /// What proves that it is everybody's password.
    #[must_use]
    pub fn password_proof() -> Value {
        json!({ "password": Self::PASSWORD })
    }

    /// Scans a new authenticator app and confirms it; the recovery codes that came, too. The app's code of now is used up.
    pub async fn enrol_totp(&self, app: &TestApp) -> (AuthenticatorApp, Vec<String>) {
        let body = json!({ "proof": Self::password_proof() });
        let told = self.post(app, "/api/v1/totp", body).send().await.ok(201);
        let phone = AuthenticatorApp::scan(told["otpauth_uri"].as_str().expect("a link"));
        let body = json!({ "code": phone.code(app) });
        let confirmed = self.post(app, "/api/v1/totp/confirm", body).send().await.ok(200);
        (phone, texts(&confirmed["recovery_codes"]))
    }

    /// Makes a passkey on the device; what the hub said.
    pub async fn add_passkey(&self, app: &TestApp, device: &mut Device, name: &str) -> Value {
        let body = json!({ "proof": Self::password_proof() });
        let begun = self
            .post(app, "/api/v1/passkeys/register/begin", body)
            .send()
            .await
            .ok(200);
        let made = device.create(&begun["options"]).await;
        let body = json!({ "ticket": begun["ticket"], "name": name, "credential": made });
        self.post(app, "/api/v1/passkeys/register/finish", body)
            .send()
            .await
            .ok(201)
    }

    /// Signs in with a passkey, of which nobody is asked who they are.
    pub async fn sign_in_with(app: &TestApp, device: &mut Device) -> Self {
        let mut browser = Self::default();
        let begun = browser
            .call(app, "POST", "/api/v1/passkeys/sign-in/begin")
            .send()
            .await
            .ok(200);
        let answer = device.get(&begun["options"]).await;
        let body = json!({ "ticket": begun["ticket"], "credential": answer });
        let answer = browser.post(app, "/api/v1/passkeys/sign-in/finish", body).send().await;
        let _begun = answer.ok(201);
        browser.keep(&answer);
        browser
    }

    /// The password's half of signing in: the ticket for the second.
    pub async fn first_half(app: &TestApp, email: &str) -> Value {
        let body = json!({ "email": email, "password": Self::PASSWORD });
        let answer = Self::default().post(app, "/api/v1/sessions", body).send().await;
        assert_eq!(answer.header("set-cookie"), None, "no session before both halves");
        answer.ok(202)["ticket"].clone()
    }

    /// The second half by a code.
    pub async fn second_half(app: &TestApp, ticket: &Value, code: &str) -> Answer {
        let body = json!({ "ticket": ticket, "code": code });
        Self::default()
            .post(app, "/api/v1/sessions/second-factor", body)
            .send()
            .await
    }
}

/// Byte strings in base64url, as `PublicKeyCredential.toJSON` writes them; the library writes lists of numbers.
fn as_a_browser_says(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|(_, value)| !value.is_null());
            fields.map(|(name, value)| (name, as_a_browser_says(value))).collect()
        }
        Value::Array(items) if !items.is_empty() && items.iter().all(Value::is_u64) => {
            let bytes = items
                .iter()
                .filter_map(Value::as_u64)
                .map(|byte| u8::try_from(byte).expect("a byte"));
            Value::String(URL_SAFE_NO_PAD.encode(bytes.collect::<Vec<u8>>()))
        }
        other @ (Value::Array(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => other,
    }
}

/// The texts of a list.
#[must_use]
pub fn texts(list: &Value) -> Vec<String> {
    let all = list.as_array().into_iter().flatten();
    all.map(|text| text.as_str().expect("a text").to_owned()).collect()
}
