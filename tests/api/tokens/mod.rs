//! `/api/v1/tokens`

mod attacks;
mod forge;
mod keys;
mod refresh;

use kit::{Answer, TestApp};
use serde_json::{Value, json};

/// A pair for these permissions.
async fn exchange(app: &TestApp, scopes: &[&str]) -> Value {
    app.post("/api/v1/tokens").json(json!({ "scopes": scopes })).send().await.ok(201)
}

async fn refresh(app: &TestApp, pair: &Value) -> Answer {
    let body = json!({ "refresh_token": pair["refresh_token"] });
    app.post("/api/v1/tokens/refresh").without("authorization").json(body).send().await
}

/// Whether the access token of a pair opens anything.
async fn ping(app: &TestApp, pair: &Value) -> u16 {
    let token = pair["access_token"].as_str().unwrap();
    app.post("/api/v1/ping").api_key(token).send().await.status()
}

#[tokio::test]
async fn a_key_is_exchanged_for_tokens_that_may_do_what_was_asked_for_and_no_more() {
    let app = TestApp::start().await;
    let item = app.item("LAMP", 5).await;
    let pair = exchange(&app, &["stock:read"]).await;
    assert_eq!((&pair["token_type"], &pair["expires_in"]), (&json!("Bearer"), &json!(900)));
    assert_eq!(pair["scope"], "stock:read");
    let token = pair["access_token"].as_str().unwrap();
    let path = format!("/api/v1/stock/items/{item}");
    assert_eq!(app.get(&path).api_key(token).send().await.ok(200)["sku"], "LAMP");
    let body = json!({ "item_id": item, "location_id": app.location(), "delta": 1, "reason": "found" });
    let adjust = app.post("/api/v1/stock/commands/adjust").json(body);
    let refused = adjust.clone().api_key(token).send().await.problem(403, "forbidden");
    assert_eq!(refused["permission"], "stock:adjust");
    let wide = exchange(&app, &["stock:read", "stock:adjust"]).await;
    let _done = adjust.api_key(wide["access_token"].as_str().unwrap()).send().await.ok(200);
    app.stop().await;
}

#[tokio::test]
async fn a_token_begets_no_token_and_no_key_gives_more_than_it_has() {
    let app = TestApp::start().await;
    let narrow = "UPDATE api_keys SET scopes = '{stock:read,checkouts:read}'";
    app.admin_sql(narrow).await;
    let create = |scopes: Value| app.post("/api/v1/tokens").json(json!({ "scopes": scopes }));
    let key = app.second_organization().await.api_key;
    app.admin_sql("UPDATE api_keys SET scopes = '{stock:read,checkouts:read}' WHERE scopes IS NULL").await;
    let create_with_it = |scopes: Value| create(scopes).api_key(&key);
    app.admin_sql("UPDATE api_keys SET scopes = '{stock:read,checkouts:read}'").await;
    let all = exchange(&app, &["stock:read"]).await;
    let token = all["access_token"].as_str().unwrap();
    let _refused = create(json!(["stock:read"])).api_key(token).send().await.problem(403, "api_key_needed");
    let _unknown = create(json!(["stock:steal"])).send().await.problem(422, "unknown_scope");
    // The second organization's key was known with all its rights: another one is not.
    let fresh = app.second_organization().await.api_key;
    let _listed = create_with_it(json!(["stock:read"])).send().await.ok(201);
    let _all = create(json!(null)).api_key(&fresh).send().await.ok(201);
    app.stop().await;
}

#[tokio::test]
async fn a_narrow_key_gives_only_what_it_has() {
    let app = TestApp::builder().set("BOOTSTRAP__API_KEY", "ek_narrow_test_key").start().await;
    // The hub asks for locations when it starts, with the usual key: this one it has not met.
    app.admin_sql("UPDATE api_keys SET scopes = '{stock:read,checkouts:read}'").await;
    let create = |scopes: Value| {
        let call = app.post("/api/v1/tokens").json(json!({ "scopes": scopes }));
        call.api_key("ek_narrow_test_key")
    };
    let pair = create(json!(null)).send().await.ok(201);
    assert_eq!(pair["scope"], "stock:read checkouts:read");
    let refused = create(json!(["stock:read", "stock:adjust"])).send().await;
    assert_eq!(refused.problem(403, "scopes_too_wide")["key_scope"], "stock:read checkouts:read");
    app.stop().await;
}

#[tokio::test]
async fn nothing_that_opens_anything_lies_in_the_database() {
    let app = TestApp::start().await;
    let pair = exchange(&app, &["stock:read"]).await;
    let next = refresh(&app, &pair).await.ok(200);
    let client = app.admin().await;
    let question = "SELECT t::text FROM refresh_tokens t UNION ALL SELECT f::text FROM token_families f
        UNION ALL SELECT a::text FROM idempotent_answers a";
    let rows = client.query(question, &[]).await.unwrap();
    let dump: String = rows.iter().map(|row| row.get::<_, String>(0)).collect();
    assert!(dump.contains("stock:read"), "{dump}");
    for token in [&pair, &next] {
        let secret = token["refresh_token"].as_str().unwrap().rsplit('_').next().unwrap();
        assert!(!dump.contains(secret), "a refresh token lies there in clear");
    }
    app.stop().await;
}
