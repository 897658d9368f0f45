//! Entering, showing and deleting settings.

use kit::TestApp;
use serde_json::{Value, json};

use super::{field, platform, put};

const SECRET_KEY: &str = "sk_live_51HabcdefghijklmnopqrstuvWXYZ";

#[tokio::test]
async fn a_secret_goes_in_and_only_its_mask_comes_out() {
    let app = TestApp::start().await;
    let fields = json!({ "publishable_key": "pk_live_1", "secret_key": SECRET_KEY, "webhook_secret": "whsec_short" });
    let saved = put(&app, "stripe", fields).await.ok(200);
    assert_eq!(saved, platform(&app, &app.api_key, "stripe").await);
    assert_eq!(
        (&saved["is_set"], &saved["status"], &saved["can_be_tested"]),
        (&json!(true), &json!("untested"), &json!(false))
    );
    assert_eq!(field(&saved, "publishable_key")["value"], "pk_live_1");
    assert_eq!(field(&saved, "secret_key")["value"], "••••••••WXYZ");
    assert_eq!(field(&saved, "webhook_secret")["value"], "••••••••");
    let untouched = platform(&app, &app.api_key, "paypal").await;
    assert_eq!(
        (&untouched["is_set"], &untouched["updated_at"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(field(&untouched, "environment")["choices"], json!(["live", "sandbox"]));
    // What is stored is sealed.
    let client = app.admin().await;
    let rows = client.query("SELECT secrets::text FROM secrets", &[]).await.unwrap();
    assert_eq!(rows.len(), 2);
    assert!(
        rows.iter().all(|row| !row.get::<_, String>(0).contains("sk_live")),
        "{rows:?}"
    );
    app.stop().await;
}

#[tokio::test]
async fn a_secret_that_is_left_out_stays_and_one_that_is_null_goes() {
    let app = TestApp::start().await;
    let fields = json!({ "secret_key": SECRET_KEY, "webhook_secret": "whsec" });
    let _saved = put(&app, "stripe", fields).await.ok(200);
    let saved = put(&app, "stripe", json!({ "publishable_key": "pk" })).await.ok(200);
    assert_eq!(field(&saved, "secret_key")["value"], "••••••••WXYZ");
    let saved = put(&app, "stripe", json!({ "webhook_secret": null })).await.ok(200);
    assert_eq!(
        (
            &field(&saved, "webhook_secret")["is_set"],
            &field(&saved, "publishable_key")["is_set"]
        ),
        (&json!(false), &json!(false))
    );
    let problem = put(&app, "stripe", json!({ "secret_key": null }))
        .await
        .problem(422, "settings_invalid");
    assert_eq!(
        problem["problems"],
        json!([{ "field": "secret_key", "what": "must be given" }])
    );
    let _masked = put(&app, "stripe", json!({ "secret_key": "••••••••WXYZ" }))
        .await
        .problem(422, "settings_invalid");
    assert_eq!(
        field(&platform(&app, &app.api_key, "stripe").await, "secret_key")["is_set"],
        true
    );
    app.stop().await;
}

#[tokio::test]
async fn what_is_wrong_is_said_by_field_and_never_said_back() {
    let app = TestApp::start().await;
    let fields = json!({ "partner_id": "sk_canary", "environment": "sk_canary", "sk_canary": "sk_canary" });
    let answer = put(&app, "shopee", fields).await;
    let problem = answer.problem(422, "settings_invalid");
    let named: Vec<&Value> = problem["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["field"])
        .collect();
    assert_eq!(
        named,
        [
            &json!("partner_id"),
            &json!("partner_key"),
            &json!("environment"),
            &Value::Null
        ]
    );
    assert!(!answer.text().contains("sk_canary"), "{}", answer.text());
    let answer = app
        .call("PUT", "/api/v1/platform-settings/shopee")
        .json(json!({ "fields": { "partner_key": ["sk_canary"] } }))
        .send()
        .await;
    let _wrong_kind = answer.problem(400, "invalid_field");
    assert!(!answer.text().contains("sk_canary"), "{}", answer.text());
    for path in ["/api/v1/platform-settings/myspace", "/api/v1/platform-settings/%00"] {
        let _unknown = app
            .call("PUT", path)
            .json(json!({ "fields": {} }))
            .send()
            .await
            .problem(404, "not_found");
    }
    assert_eq!(platform(&app, &app.api_key, "shopee").await["is_set"], false);
    app.stop().await;
}

#[tokio::test]
async fn deleting_takes_the_secrets_and_leaves_the_history() {
    let app = TestApp::start().await;
    let delete = async || app.call("DELETE", "/api/v1/platform-settings/stripe").send().await;
    let _nothing = delete().await.problem(404, "not_found");
    let _saved = put(&app, "stripe", json!({ "secret_key": SECRET_KEY })).await.ok(200);
    assert_eq!(delete().await.status(), 204);
    assert_eq!(platform(&app, &app.api_key, "stripe").await["is_set"], false);
    let secrets: i64 = app
        .admin()
        .await
        .query_one("SELECT count(*) FROM secrets", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(secrets, 0);
    let history = app.get("/api/v1/platform-settings/stripe/events").send().await.ok(200);
    let events = history["events"].as_array().unwrap();
    let kinds: Vec<&Value> = events.iter().map(|event| &event["kind"]).collect();
    assert_eq!(kinds, ["deleted", "saved"]);
    let newest = events[0]["id"].as_str().unwrap();
    let older = app
        .get(&format!(
            "/api/v1/platform-settings/stripe/events?before={newest}&limit=1"
        ))
        .send()
        .await
        .ok(200);
    assert_eq!(older["events"], json!([events[1]]));
    let _bounds = app
        .get("/api/v1/platform-settings/stripe/events?limit=0")
        .send()
        .await
        .problem(422, "out_of_bounds");
    app.stop().await;
}

#[tokio::test]
async fn every_change_is_in_the_audit_log_with_the_names_of_secrets_and_without_them() {
    let app = TestApp::start().await;
    let _saved = put(
        &app,
        "stripe",
        json!({ "secret_key": SECRET_KEY, "publishable_key": "pk_1" }),
    )
    .await
    .ok(200);
    let _saved = put(&app, "stripe", json!({ "publishable_key": "pk_2" })).await.ok(200);
    let _deleted = app.call("DELETE", "/api/v1/platform-settings/stripe").send().await;
    let listed = app.get("/api/v1/audit-log").send().await;
    let text = listed.text();
    let entries = listed.ok(200);
    let client = app.admin().await;
    let question =
        "SELECT action, after::text, before::text FROM audit_entries WHERE action LIKE 'platform%' ORDER BY seq";
    let rows = client.query(question, &[]).await.unwrap();
    let actions: Vec<&str> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(
        actions,
        [
            "platform_settings.save",
            "platform_settings.save",
            "platform_settings.delete"
        ],
        "{entries}"
    );
    let after: Value = serde_json::from_str(rows[1].get(1)).unwrap();
    assert_eq!(
        after,
        json!({ "fields": { "publishable_key": "pk_2" }, "secrets": ["secret_key"], "secrets_changed": [] })
    );
    let before: Value = serde_json::from_str(rows[1].get(2)).unwrap();
    assert_eq!(
        before,
        json!({ "fields": { "publishable_key": "pk_1" }, "secrets": ["secret_key"] })
    );
    assert!(!text.contains(SECRET_KEY), "{text}");
    app.stop().await;
}

#[tokio::test]
async fn one_organizations_settings_are_nothing_to_another() {
    let app = TestApp::start().await;
    let other = app.second_organization().await;
    let _saved = put(&app, "stripe", json!({ "secret_key": SECRET_KEY })).await.ok(200);
    assert_eq!(platform(&app, &other.api_key, "stripe").await["is_set"], false);
    let events = app
        .get("/api/v1/platform-settings/stripe/events")
        .api_key(&other.api_key)
        .send()
        .await
        .ok(200);
    assert_eq!(events["events"], json!([]));
    for (method, path) in [
        ("DELETE", "/api/v1/platform-settings/stripe"),
        ("POST", "/api/v1/platform-settings/stripe/test"),
    ] {
        let _unknown = app
            .call(method, path)
            .api_key(&other.api_key)
            .send()
            .await
            .problem(404, "not_found");
    }
    assert_eq!(platform(&app, &app.api_key, "stripe").await["is_set"], true);
    app.stop().await;
}
