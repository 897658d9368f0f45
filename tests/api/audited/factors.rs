//! How the writes are called that concern what people sign in with.

use kit::{Browser, Call, Device, token_in};
use serde_json::json;

use super::stage::{Stage, unknown};

impl Stage {
    pub(super) async fn of_factors(&self, method: &str, path: &str) -> Call {
        let (app, proof) = (&self.app, json!({ "proof": Browser::password_proof() }));
        let (_, who) = self.newcomer().await;
        let mut device = Device::default();
        match path {
            "/api/v1/totp" | "/api/v1/passkeys/register/begin" => who.post(app, path, proof),
            "/api/v1/totp/confirm" => {
                let told = who.post(app, "/api/v1/totp", proof).send().await.ok(201);
                let phone = kit::AuthenticatorApp::scan(told["otpauth_uri"].as_str().unwrap());
                who.post(app, path, json!({ "code": phone.code(app) }))
            }
            "/api/v1/totp/remove" | "/api/v1/recovery-codes" => {
                let _enrolled = who.enrol_totp(app).await;
                who.post(app, path, proof)
            }
            "/api/v1/passkeys/register/finish" => {
                let begun = who
                    .post(app, "/api/v1/passkeys/register/begin", proof)
                    .send()
                    .await
                    .ok(200);
                let made = device.create(&begun["options"]).await;
                let body = json!({ "ticket": begun["ticket"], "name": "Phone", "credential": made });
                who.post(app, path, body)
            }
            "/api/v1/passkeys/sign-in/begin" => Browser::default().call(app, "POST", path),
            "/api/v1/passkeys/prove/begin" => {
                let _added = who.add_passkey(app, &mut device, "Phone").await;
                who.call(app, "POST", path)
            }
            "/api/v1/passkeys/sign-in/finish" => {
                let _added = who.add_passkey(app, &mut device, "Phone").await;
                let nobody = Browser::default();
                let begun = nobody
                    .call(app, "POST", "/api/v1/passkeys/sign-in/begin")
                    .send()
                    .await
                    .ok(200);
                let answer = device.get(&begun["options"]).await;
                nobody.post(app, path, json!({ "ticket": begun["ticket"], "credential": answer }))
            }
            "/api/v1/passkeys/{passkey_id}" | "/api/v1/passkeys/{passkey_id}/remove" => {
                let added = who.add_passkey(app, &mut device, "Phone").await;
                let path = path.replace("{passkey_id}", added["passkey"]["id"].as_str().unwrap());
                let body = if method == "patch" {
                    json!({ "name": "Old phone" })
                } else {
                    proof
                };
                who.call(app, &method.to_uppercase(), &path).json(body)
            }
            _ => unknown(path),
        }
    }

    pub(super) async fn of_second_halves(&self, path: &str) -> Call {
        let app = &self.app;
        let (email, who) = self.newcomer().await;
        let nobody = Browser::default();
        if path == "/api/v1/sessions/second-factor" {
            let (_, codes) = who.enrol_totp(app).await;
            let ticket = Browser::first_half(app, &email).await;
            return nobody.post(app, path, json!({ "ticket": ticket, "code": codes[0] }));
        }
        let _added = who.add_passkey(app, &mut Device::default(), "Phone").await;
        let ticket = Browser::first_half(app, &email).await;
        nobody.post(app, path, json!({ "ticket": ticket }))
    }

    pub(super) async fn of_account(&self, path: &str) -> Call {
        let app = &self.app;
        let (_, who) = self.newcomer().await;
        let proof = Browser::password_proof();
        let email = self.address();
        let ask = || {
            who.post(
                app,
                "/api/v1/people/me/email",
                json!({ "email": email, "proof": proof }),
            )
        };
        match path {
            "/api/v1/people/me/email" => ask(),
            "/api/v1/people/confirm-email" => {
                assert_eq!(ask().send().await.status(), 202);
                let token = token_in(&app.mail(&email, "Move your account").await);
                who.post(app, path, json!({ "token": token }))
            }
            "/api/v1/people/me/password/remove" => {
                let _added = who.add_passkey(app, &mut Device::default(), "Phone").await;
                who.post(app, path, json!({ "proof": proof }))
            }
            _ => unknown(path),
        }
    }
}
