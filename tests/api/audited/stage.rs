//! How every write route is called so that it does something.

use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kit::{Browser, Call, TestApp, token_in};
use serde_json::{Value, json};
use uuid::Uuid;

const PASSPHRASE: &str = "correct horse battery staple";

/// What is there to write on.
pub(super) struct Stage {
    pub(super) app: TestApp,
    item: Uuid,
    annex: Value,
    /// Somebody with a shop of their own.
    owner: String,
    people: AtomicU32,
}

impl Stage {
    pub(super) async fn set() -> Self {
        let app = TestApp::start().await;
        let item = app.item("LAMP", 100).await;
        let body = json!({ "name": "Annex" });
        let annex = app.post("/api/v1/stock/locations").json(body).send().await.ok(201);
        let owner = "owner@example.com".to_owned();
        let _signed_up = Browser::sign_up(&app, &owner, "A shop").await;
        Self {
            app,
            item,
            annex: annex["id"].clone(),
            owner,
            people: AtomicU32::new(0),
        }
    }

    /// Audit entries and movements so far, of all organizations.
    pub(super) async fn traces(&self) -> (i64, i64) {
        let question = "SELECT (SELECT count(*) FROM audit_entries), (SELECT count(*) FROM stock_movements)";
        let row = self.app.admin().await.query_one(question, &[]).await.unwrap();
        (row.get(0), row.get(1))
    }

    /// The call itself, after everything that the route needs first.
    pub(super) async fn ready(&self, method: &str, path: &str) -> Call {
        let rest = path.strip_prefix("/api/v1/").unwrap();
        let noun = rest.split('/').next().unwrap();
        match noun {
            "checkouts" | "ping" | "stock" => self.of_stock(path).await,
            "tokens" => self.of_tokens(path).await,
            "factors" | "totp" | "recovery-codes" | "passkeys" => self.of_factors(method, path).await,
            "people" if path.contains("mail") || path.ends_with("/remove") => self.of_account(path).await,
            "people" => self.of_people(method, path).await,
            "sessions" if path.contains("second-factor") => self.of_second_halves(path).await,
            "sessions" | "organizations" | "live" => self.of_sessions(method, path).await,
            "organization" | "members" | "invitations" | "api-keys" => self.of_members(method, path).await,
            "platform-settings" | "data-keys" => self.of_settings(method, path).await,
            _ => unknown(path),
        }
    }

    async fn reservation(&self) -> Value {
        let body = json!({ "item_id": self.item, "quantity": 1 });
        self.app.command("reserve", body).await.ok(200)["command_id"].clone()
    }

    async fn order_line(&self) -> Uuid {
        let line = Uuid::from_u128(u128::try_from(self.traces().await.1).unwrap());
        let body = json!({ "item_id": self.item, "order_line_id": line, "quantity": 1 });
        let _allocated = self.app.command("allocate", body).await.ok(200);
        line
    }

    async fn checkout(&self) -> String {
        let body = json!({ "lines": [{ "item_id": self.item, "quantity": 1 }] });
        let made = self.app.post("/api/v1/checkouts").json(body).send().await.ok(201);
        made["id"].as_str().unwrap().to_owned()
    }

    async fn of_stock(&self, path: &str) -> Call {
        let (item, at, annex) = (self.item, self.app.location(), &self.annex);
        let command = path.strip_prefix("/api/v1/stock/commands/");
        let body = match command.unwrap_or(path) {
            "/api/v1/checkouts" => json!({ "lines": [{ "item_id": item, "quantity": 1 }] }),
            "/api/v1/checkouts/{checkout_id}/confirm" | "/api/v1/checkouts/{checkout_id}/release" => {
                return self.app.post(&path.replace("{checkout_id}", &self.checkout().await));
            }
            "/api/v1/ping" => return self.app.post(path),
            "/api/v1/stock/items" => json!({ "sku": "VASE" }),
            "/api/v1/stock/locations" => json!({ "name": "Cellar" }),
            "reserve" => json!({ "item_id": item, "quantity": 1 }),
            "extend" => json!({ "item_id": item, "reservation_id": self.reservation().await, "hold_seconds": 5_000 }),
            "confirm" => json!({ "item_id": item, "reservation_id": self.reservation().await, "order_line_id": at }),
            "release" => json!({ "item_id": item, "reservation_id": self.reservation().await }),
            "allocate" => json!({ "item_id": item, "order_line_id": item, "quantity": 1 }),
            "deallocate" | "ship" => json!({ "item_id": item, "order_line_id": self.order_line().await }),
            "expect" | "receive" => json!({ "item_id": item, "location_id": at, "quantity": 1 }),
            "adjust" => json!({ "item_id": item, "location_id": at, "delta": 1, "reason": "found" }),
            "count" => json!({ "item_id": item, "location_id": at, "counted": 500 }),
            "transfer" => json!({ "item_id": item, "from_location_id": at, "to_location_id": annex, "quantity": 1 }),
            "set-reorder-point" => json!({ "item_id": item, "reorder_point": 5 }),
            "set-safety" => json!({ "item_id": item, "location_id": at, "safety": 1 }),
            "set-backorder" => json!({ "item_id": item, "limit": 5 }),
            _ => unknown(path),
        };
        self.app.post(path).json(body)
    }

    async fn of_tokens(&self, path: &str) -> Call {
        let scopes = json!({ "scopes": ["stock:read"] });
        if path == "/api/v1/tokens" {
            return self.app.post(path).json(scopes);
        }
        let pair = self.app.post("/api/v1/tokens").json(scopes).send().await.json();
        let body = json!({ "refresh_token": pair["refresh_token"] });
        self.app.post(path).without("authorization").json(body)
    }

    /// An address that nobody has yet.
    pub(super) fn address(&self) -> String {
        format!("person-{}@example.com", self.people.fetch_add(1, Ordering::Relaxed))
    }

    /// Somebody new with a shop of their own, for what changes their account. Tries are forgotten, or so many would be turned away.
    pub(super) async fn newcomer(&self) -> (String, Browser) {
        self.app.admin_sql("DELETE FROM attempts").await;
        let address = self.address();
        let browser = Browser::sign_up(&self.app, &address, "A shop").await;
        (address, browser)
    }

    async fn of_people(&self, method: &str, path: &str) -> Call {
        let (app, nobody) = (&self.app, Browser::default());
        let sign_up =
            |email: &str| json!({ "email": email, "password": Browser::PASSWORD, "name": "Ah", "organization": "New" });
        match path {
            "/api/v1/people/sign-up" => nobody.post(app, path, sign_up(&self.address())),
            "/api/v1/people/verify" => {
                let email = self.address();
                let _sent = nobody.post(app, "/api/v1/people/sign-up", sign_up(&email)).send().await;
                let token = token_in(&app.mail(&email, "Confirm").await);
                nobody.post(app, path, json!({ "token": token, "password": Browser::PASSWORD }))
            }
            "/api/v1/people/forgot" => nobody.post(app, path, json!({ "email": self.owner })),
            "/api/v1/people/reset" => {
                let (email, _) = self.newcomer().await;
                let _sent = nobody
                    .post(app, "/api/v1/people/forgot", json!({ "email": email }))
                    .send()
                    .await;
                let token = token_in(&app.mail(&email, "Choose a new password").await);
                nobody.post(
                    app,
                    path,
                    json!({ "token": token, "password": "another horse battery" }),
                )
            }
            "/api/v1/people/me" => {
                let owner = Browser::sign_in(app, &self.owner).await;
                owner
                    .call(app, &method.to_uppercase(), path)
                    .json(json!({ "name": "Mei" }))
            }
            "/api/v1/people/me/identities/{identity_id}" => {
                let owner = Browser::sign_in(app, &self.owner).await;
                let person = owner.current(app).await["person_id"].clone();
                let identity = app.external_identity(&person).await;
                let path = path.replace("{identity_id}", &identity.to_string());
                owner.call(app, &method.to_uppercase(), &path)
            }
            "/api/v1/people/me/password" => {
                let (_, owner) = self.newcomer().await;
                owner.post(
                    app,
                    path,
                    json!({ "current": Browser::PASSWORD, "new": "another horse battery" }),
                )
            }
            _ => unknown(path),
        }
    }

    async fn of_sessions(&self, method: &str, path: &str) -> Call {
        let (app, email) = (&self.app, &self.owner);
        let owner = Browser::sign_in(app, email).await;
        match path {
            "/api/v1/sessions" => {
                let body = json!({ "email": email, "password": Browser::PASSWORD });
                Browser::default().post(app, path, body)
            }
            "/api/v1/sessions/current" => owner.call(app, &method.to_uppercase(), path),
            "/api/v1/sessions/current/switch" => {
                let made = owner
                    .post(app, "/api/v1/organizations", json!({ "name": "Second" }))
                    .send()
                    .await;
                owner.post(app, path, json!({ "organization_id": made.ok(201)["id"] }))
            }
            "/api/v1/sessions/current/see-as" => owner.post(app, path, json!({ "role": "viewer" })),
            "/api/v1/sessions/{session_id}" => {
                let other = Browser::sign_in(app, email).await.current(app).await;
                let path = path.replace("{session_id}", other["id"].as_str().unwrap());
                owner.call(app, &method.to_uppercase(), &path)
            }
            "/api/v1/live/tickets" => owner.call(app, "POST", path),
            "/api/v1/organizations" => owner.post(app, path, json!({ "name": "Second" })),
            _ => unknown(path),
        }
    }

    /// An invitation by the first organization's key: its id and its token.
    async fn invitation(&self) -> (String, String) {
        let email = self.address();
        let body = json!({ "email": email, "role": "staff" });
        let made = self.app.post("/api/v1/invitations").json(body).send().await.ok(201);
        let token = token_in(&self.app.mail(&email, "invited").await);
        (made["id"].as_str().unwrap().to_owned(), token)
    }

    async fn of_members(&self, method: &str, path: &str) -> Call {
        let app = &self.app;
        let call = |path: &str| app.call(&method.to_uppercase(), path);
        match path {
            "/api/v1/organization" => call(path).json(json!({ "name": "Renamed" })),
            "/api/v1/members/change" | "/api/v1/members/leave" | "/api/v1/members/{person_id}" => {
                let member = Browser::invited(app, &self.address(), "staff").await;
                let person = member.current(app).await["person_id"].as_str().unwrap().to_owned();
                match path {
                    "/api/v1/members/leave" => member.call(app, "POST", path),
                    "/api/v1/members/change" => call(path).json(json!({ "person_id": person, "role": "viewer" })),
                    _ => call(&path.replace("{person_id}", &person)),
                }
            }
            "/api/v1/invitations" => call(path).json(json!({ "email": self.address(), "role": "staff" })),
            "/api/v1/invitations/look" => {
                let (_, token) = self.invitation().await;
                Browser::default().post(app, path, json!({ "token": token }))
            }
            "/api/v1/invitations/accept" => {
                let (_, token) = self.invitation().await;
                let body = json!({ "token": token, "password": Browser::PASSWORD, "name": "Ah" });
                Browser::default().post(app, path, body)
            }
            "/api/v1/invitations/{invitation_id}" => {
                let (id, _) = self.invitation().await;
                call(&path.replace("{invitation_id}", &id))
            }
            "/api/v1/api-keys" => call(path).json(json!({ "name": "till", "permissions": ["stock:read"] })),
            "/api/v1/api-keys/{key_id}" => {
                let body = json!({ "name": "till", "permissions": ["stock:read"] });
                let made = app.post("/api/v1/api-keys").json(body).send().await.ok(201);
                call(&path.replace("{key_id}", made["id"].as_str().unwrap()))
            }
            _ => unknown(path),
        }
    }

    async fn of_settings(&self, method: &str, path: &str) -> Call {
        let app = &self.app;
        let fields = json!({ "host": "localhost", "port": "2525", "security": "starttls", "username": "shop",
            "password": "a password of some length", "from": "shop@example.com" });
        let save = || {
            app.call("PUT", "/api/v1/platform-settings/smtp")
                .json(json!({ "fields": fields }))
        };
        let call = app.call(&method.to_uppercase(), &path.replace("{provider}", "smtp"));
        if (method, path) == ("put", "/api/v1/platform-settings/{provider}") {
            return save();
        }
        let _saved = save().send().await.ok(200);
        match path {
            "/api/v1/platform-settings/backup" => call.json(json!({ "passphrase": PASSPHRASE })),
            "/api/v1/platform-settings/restore" => {
                let body = json!({ "passphrase": PASSPHRASE });
                let file = app.post("/api/v1/platform-settings/backup").json(body).send().await;
                call.json(json!({ "passphrase": PASSPHRASE, "file": STANDARD.encode(&file.raw.body) }))
            }
            "/api/v1/platform-settings/{provider}"
            | "/api/v1/platform-settings/{provider}/test"
            | "/api/v1/data-keys/rotate" => call,
            _ => unknown(path),
        }
    }
}

pub(super) fn unknown(path: &str) -> ! {
    panic!("say here how {path} is called, so that what it leaves behind can be proved")
}
