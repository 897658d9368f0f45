//! `/api/v1/tokens`

mod attacks;
mod forge;
mod keys;
mod refresh;

use kit::{Answer, TestApp};
use serde_json::{Value, json};

/// A pair for these permissions.
async fn exchange(app: &TestApp, scopes: &[&str]) -> Value {
    app.post("/api/v1/tokens")
        .json(json!({ "scopes": scopes }))
        .send()
        .await
        .ok(201)
}

async fn refresh(app: &TestApp, pair: &Value) -> Answer {
    let body = json!({ "refresh_token": pair["refresh_token"] });
    app.post("/api/v1/tokens/refresh")
        .without("authorization")
        .json(body)
        .send()
        .await
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
    assert_eq!(
        (&pair["token_type"], &pair["expires_in"]),
        (&json!("Bearer"), &json!(900))
    );
    assert_eq!(pair["scope"], "stock:read");
    let token = pair["access_token"].as_str().unwrap();
    let path = format!("/api/v1/stock/items/{item}");
    assert_eq!(app.get(&path).api_key(token).send().await.ok(200)["sku"], "LAMP");
    let body = json!({ "item_id": item, "location_id": app.location(), "delta": 1, "reason": "found" });
    let adjust = app.post("/api/v1/stock/commands/adjust").json(body);
    let refused = adjust.clone().api_key(token).send().await.problem(403, "forbidden");
    assert_eq!(refused["permission"], "stock:adjust");
    let wide = exchange(&app, &["stock:read", "stock:adjust"]).await;
    let _done = adjust
        .api_key(wide["access_token"].as_str().unwrap())
        .send()
        .await
        .ok(200);
    app.stop().await;
}

#[tokio::test]
async fn a_token_begets_no_token_and_no_key_gives_more_than_it_has() {
    let app = TestApp::start().await;
    // The hub has not met this key yet, so it learns what the key may do from the database as it then is.
    let organization = "INSERT INTO api_keys (org_id, id, name, secret_hash, permissions)
        SELECT org_id, gen_random_uuid(), 'narrow', sha256('ek_narrow'), '{stock:read,checkouts:read}' FROM api_keys";
    app.admin_sql(organization).await;
    let create = |secret: &str, scopes: &[&str]| {
        let call = app.post("/api/v1/tokens").api_key(secret);
        call.json(json!({ "scopes": scopes }))
    };
    let pair = create("ek_narrow", &["checkouts:read", "stock:read"])
        .send()
        .await
        .ok(201);
    assert_eq!(pair["scope"], "stock:read checkouts:read");
    let refused = create("ek_narrow", &["stock:read", "stock:adjust"]).send().await;
    assert_eq!(
        refused.problem(403, "scopes_too_wide")["key_scope"],
        "stock:read checkouts:read"
    );
    let token = pair["access_token"].as_str().unwrap();
    let _refused = create(token, &["stock:read"])
        .send()
        .await
        .problem(403, "api_key_needed");
    let _unknown = create("ek_narrow", &["stock:steal"])
        .send()
        .await
        .problem(422, "unknown_scope");
    let _nothing = create("ek_narrow", &[]).send().await.problem(422, "out_of_bounds");
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

#[tokio::test]
async fn every_change_of_a_family_leaves_an_entry_without_a_secret() {
    let app = TestApp::start().await;
    let pair = exchange(&app, &["stock:read"]).await;
    let next = refresh(&app, &pair).await.ok(200);
    app.clock().advance(11);
    let _stolen = refresh(&app, &pair).await.problem(401, "refresh_refused");
    let other = exchange(&app, &["stock:read"]).await;
    let body = json!({ "refresh_token": other["refresh_token"] });
    let revoke = app.post("/api/v1/tokens/revoke").json(body).send().await;
    assert_eq!(revoke.status(), 204);
    let client = app.admin().await;
    let question =
        "SELECT action, actor_kind, coalesce(why, ''), from_address IS NOT NULL, e::text FROM audit_entries e
        WHERE subject_kind = 'token_family' ORDER BY seq";
    let rows = client.query(question, &[]).await.unwrap();
    let entries: Vec<(String, String, String)> = rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
    let expected = [
        ("tokens.create", "api_key", ""),
        ("tokens.refresh", "api_key", ""),
        ("tokens.revoke", "hub", "a refresh token was used twice"),
        ("tokens.create", "api_key", ""),
        ("tokens.revoke", "api_key", "a holder of its tokens asked"),
    ];
    let expected = expected.map(|(action, actor, why)| (action.to_owned(), actor.to_owned(), why.to_owned()));
    assert_eq!(entries, expected);
    for row in &rows {
        let text: String = row.get(4);
        assert!(row.get::<_, bool>(3), "no address in {text}");
        for secret in [&pair, &next, &other] {
            for name in ["access_token", "refresh_token"] {
                assert!(
                    !text.contains(secret[name].as_str().unwrap().rsplit(['_', '.']).next().unwrap()),
                    "{text}"
                );
            }
        }
    }
    app.stop().await;
}
