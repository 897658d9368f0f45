//! `/api/v1/api-keys`

use kit::{Browser, TestApp};
use serde_json::{Value, json};

async fn create(app: &TestApp, by: &Browser, permissions: &[&str]) -> kit::Answer {
    let body = json!({ "name": "till", "permissions": permissions });
    by.post(app, "/api/v1/api-keys", body).send().await
}

fn secret(made: &Value) -> String {
    made["secret"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_key_may_do_what_it_says_and_no_more_and_is_shown_once() {
    let app = TestApp::start().await;
    let owner = Browser::invited(&app, "owner@example.com", "owner").await;
    let key = secret(&create(&app, &owner, &["stock:read"]).await.ok(201));
    let _may = app.get("/api/v1/stock/items").api_key(&key).send().await.ok(200);
    let refused = app
        .post("/api/v1/stock/items")
        .api_key(&key)
        .json(json!({ "sku": "LAMP" }))
        .send()
        .await;
    assert_eq!(refused.problem(403, "forbidden")["permission"], "catalog:write");
    let person_only = app.get("/api/v1/people/me").api_key(&key).send().await;
    let _not_a_person = person_only.problem(401, "unauthenticated");
    let listed = owner.get(&app, "/api/v1/api-keys").send().await;
    let keys = listed.ok(200);
    assert!(
        !listed.text().contains(&key) && keys["api_keys"][1]["last_used_at"].is_string(),
        "{keys}"
    );
    app.stop().await;
}

#[tokio::test]
async fn a_key_is_never_wider_than_its_maker() {
    let app = TestApp::start().await;
    let admin = Browser::invited(&app, "admin@example.com", "admin").await;
    let refused = create(&app, &admin, &["stock:read", "organization:write"])
        .await
        .problem(403, "exceeds_yours");
    assert_eq!(refused["permission"], "organization:write");
    let _unknown = create(&app, &admin, &["everything"])
        .await
        .problem(422, "permission_unknown");
    let narrow = secret(&create(&app, &admin, &["keys:create", "people:invite"]).await.ok(201));
    let body = json!({ "name": "wider", "permissions": ["stock:read"] });
    let wider = app.post("/api/v1/api-keys").api_key(&narrow).json(body).send().await;
    let _refused = wider.problem(403, "exceeds_yours");
    let body = json!({ "email": "friend@example.com", "role": "staff" });
    let invited = app.post("/api/v1/invitations").api_key(&narrow).json(body).send().await;
    let _refused = invited.problem(403, "role_refused");
    app.stop().await;
}

#[tokio::test]
async fn a_revoked_key_and_one_that_ran_out_do_nothing() {
    let app = TestApp::start().await;
    let owner = Browser::invited(&app, "owner@example.com", "owner").await;
    let made = create(&app, &owner, &["stock:read"]).await.ok(201);
    let list = async |key: &str| app.get("/api/v1/stock/items").api_key(key).send().await;
    let _may = list(&secret(&made)).await.ok(200);
    let path = format!("/api/v1/api-keys/{}", made["id"].as_str().unwrap());
    assert_eq!(owner.call(&app, "DELETE", &path).send().await.status(), 204);
    let _revoked = list(&secret(&made)).await.problem(401, "unauthenticated");
    let _again = owner.call(&app, "DELETE", &path).send().await.problem(404, "not_found");
    let body = json!({ "name": "short", "permissions": ["stock:read"], "expires_at": "2026-01-01T01:00:00Z" });
    let short = secret(&owner.post(&app, "/api/v1/api-keys", body).send().await.ok(201));
    let _may = list(&short).await.ok(200);
    app.clock().advance(3_600);
    let _over = list(&short).await.problem(401, "unauthenticated");
    app.stop().await;
}

#[tokio::test]
async fn a_key_that_a_key_makes_neither_outlives_nor_outpaces_it_and_a_token_makes_none() {
    let app = TestApp::start().await;
    let owner = Browser::invited(&app, "owner@example.com", "owner").await;
    let made = async |by: &str, body: Value| app.post("/api/v1/api-keys").api_key(by).json(body).send().await;
    let wish = |end: Value, pace: Value| json!({ "name": "child", "permissions": ["stock:read"], "expires_at": end, "requests_per_minute": pace });
    let permissions = json!(["keys:create", "stock:read"]);
    let body = json!({ "name": "maker", "permissions": permissions, "expires_at": "2026-02-01T00:00:00Z", "requests_per_minute": 100 });
    let maker = secret(&owner.post(&app, "/api/v1/api-keys", body).send().await.ok(201));
    let within = json!("2026-01-31T00:00:00Z");
    for (end, pace) in [
        (json!(null), json!(100)),
        (json!("2026-02-01T00:00:01Z"), json!(100)),
        (within.clone(), json!(null)),
        (within.clone(), json!(101)),
    ] {
        let _more = made(&maker, wish(end, pace)).await.problem(403, "exceeds_yours");
    }
    let _within = made(&maker, wish(within, json!(100))).await.ok(201);

    let body = json!({ "name": "usual", "permissions": permissions });
    let usual = secret(&owner.post(&app, "/api/v1/api-keys", body).send().await.ok(201));
    let _own = made(&usual, wish(json!(null), json!(1_000_000)))
        .await
        .problem(403, "exceeds_yours");
    let _usual = made(&usual, wish(json!(null), json!(null))).await.ok(201);

    let exchange = app.post("/api/v1/tokens").api_key(&usual);
    let token = exchange
        .json(json!({ "scopes": ["keys:create", "stock:read"] }))
        .send()
        .await
        .ok(201);
    let token = token["access_token"].as_str().unwrap();
    let _token = made(token, wish(json!(null), json!(null)))
        .await
        .problem(403, "token_makes_no_keys");
    app.stop().await;
}
