//! Tenants with something of everything that an id names, and all that a stranger could have changed of it.

use std::collections::BTreeMap;

use kit::{Browser, Organization, TestApp, token_in};
use serde_json::{Value, json};
use uuid::Uuid;

/// What changes by being looked at.
const SEEN: &[&str] = &["last_used_at", "last_seen_at"];

/// The things of one tenant, by the names that ids go by in the API.
pub(super) type Things = BTreeMap<&'static str, Uuid>;

/// A tenant with people, for requests by its key and by a session.
pub(super) struct Tenant {
    pub(super) api_key: String,
    pub(super) things: Things,
    email: String,
    /// The session that `session_id` names.
    browser: Browser,
}

impl Tenant {
    /// Things and people of an organization: an owner who is signed in, a member, somebody invited, a key to spare.
    pub(super) async fn settle(app: &TestApp, api_key: &str, location: Uuid, name: &str) -> Self {
        let mut things = stock_up(app, api_key, location).await;
        let post = async |path: &str, body: Value| app.post(path).api_key(api_key).json(body).send().await.ok(201);
        let invite = async |email: &str, role: &str| {
            let body = json!({ "email": email, "role": role });
            post("/api/v1/invitations", body).await
        };
        let join = async |email: &str, role: &str| {
            let _sent = invite(email, role).await;
            Browser::accept(app, &token_in(&app.mail(email, "invited").await)).await
        };
        let email = format!("owner@{name}.example.com");
        let browser = join(&email, "owner").await;
        let member = join(&format!("member@{name}.example.com"), "staff").await;
        let invited = invite(&format!("invited@{name}.example.com"), "staff").await;
        let spare = post(
            "/api/v1/api-keys",
            json!({ "name": "spare", "permissions": ["stock:read"] }),
        );
        let (current, spare) = (browser.current(app).await, spare.await);
        let identity = app.external_identity(&current["person_id"]).await;
        things.extend([
            ("organization_id", id_in(&current, "organization_id")),
            ("session_id", id_in(&current, "id")),
            ("identity_id", identity),
            ("person_id", id_in(&member.current(app).await, "person_id")),
            ("location_ids", location),
            ("invitation_id", id_in(&invited, "id")),
            ("key_id", id_in(&spare, "id")),
        ]);
        Self {
            api_key: api_key.to_owned(),
            things,
            email,
            browser,
        }
    }

    /// The same for the kit's second organization.
    pub(super) async fn settle_second(app: &TestApp, other: &Organization) -> Self {
        Self::settle(app, &other.api_key, other.location, "second").await
    }

    /// The owner, signed in once more: what a request does to a session ends with it.
    pub(super) async fn sign_in(&self, app: &TestApp) -> Browser {
        Browser::sign_in(app, &self.email).await
    }

    /// Enters settings of a platform, with a secret.
    pub(super) async fn connect(&self, app: &TestApp) {
        let fields = json!({ "host": "mail.example.com", "port": "587", "security": "starttls", "username": "shop",
            "password": "a password of some length", "from": "shop@example.com" });
        let call = app.call("PUT", "/api/v1/platform-settings/smtp").api_key(&self.api_key);
        let _saved = call.json(json!({ "fields": fields })).send().await.ok(200);
    }

    /// Everything that a stranger could have changed.
    pub(super) async fn state(&self, app: &TestApp) -> Value {
        let get = async |path: &str| {
            let call = app.get(&format!("/api/v1/{path}")).api_key(&self.api_key);
            without_looks(call.send().await.ok(200))
        };
        let item = self.things["item_id"];
        let sessions = self.browser.get(app, "/api/v1/sessions").send().await.ok(200);
        let identities = self
            .browser
            .get(app, "/api/v1/people/me/identities")
            .send()
            .await
            .ok(200);
        json!([
            get(&format!("stock/items/{item}")).await,
            get(&format!("stock/items/{item}/movements?limit=500")).await,
            get(&format!("checkouts/{}", self.things["checkout_id"])).await,
            get("stock/locations").await,
            get("members").await,
            get("invitations").await,
            get("api-keys").await,
            get("platform-settings").await,
            get("platform-settings/smtp/events").await,
            get("audit-log?limit=500").await,
            without_looks(sessions),
            without_looks(identities),
            self.browser.current(app).await,
        ])
    }
}

fn id_in(value: &Value, name: &str) -> Uuid {
    value[name].as_str().unwrap().parse().unwrap()
}

/// The same without times of looking.
fn without_looks(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(name, _)| !SEEN.contains(&name.as_str()))
            .map(|(name, field)| (name, without_looks(field)))
            .collect(),
        Value::Array(items) => items.into_iter().map(without_looks).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

/// Things of one organization: stock at two places, a reservation, an open checkout, an allocated order line.
pub(super) async fn stock_up(app: &TestApp, api_key: &str, location: Uuid) -> Things {
    let post =
        async |path: &str, status: u16, body: Value| app.post(path).api_key(api_key).json(body).send().await.ok(status);
    let id = |value: &Value| id_in(value, "id");
    let item = id(&post("/api/v1/stock/items", 201, json!({ "sku": "LAMP" })).await);
    let annex = id(&post("/api/v1/stock/locations", 201, json!({ "name": "Annex" })).await);
    for place in [location, annex] {
        let body = json!({ "item_id": item, "location_id": place, "counted": 500 });
        let _counted = post("/api/v1/stock/commands/count", 200, body).await;
    }
    let order_line = Uuid::from_u128(item.as_u128() ^ 1);
    let body = json!({ "item_id": item, "order_line_id": order_line, "quantity": 10 });
    let _allocated = post("/api/v1/stock/commands/allocate", 200, body).await;
    // Not the checkout's: that one is gone once a checkout's routes have been asked.
    let reservation = Uuid::from_u128(item.as_u128() ^ 2);
    let body = json!({ "item_id": item, "quantity": 1, "hold_seconds": 86_400 });
    let call = app
        .post("/api/v1/stock/commands/reserve")
        .api_key(api_key)
        .key(reservation);
    let _reserved = call.json(body).send().await.ok(200);
    let body = json!({ "lines": [{ "item_id": item, "quantity": 1 }], "hold_seconds": 86_400 });
    let checkout = id(&post("/api/v1/checkouts", 201, body).await);
    Things::from([
        ("item_id", item),
        ("location_id", location),
        ("from_location_id", location),
        ("to_location_id", annex),
        ("checkout_id", checkout),
        ("reservation_id", reservation),
        ("order_line_id", order_line),
    ])
}
