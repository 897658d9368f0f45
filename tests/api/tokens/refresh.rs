//! `POST /api/v1/tokens/refresh` and `/revoke`

use futures_util::future::join_all;
use kit::TestApp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{exchange, ping, refresh};

async fn revoke(app: &TestApp, pair: &Value) {
    let body = json!({ "refresh_token": pair["refresh_token"] });
    let call = app.post("/api/v1/tokens/revoke").without("authorization").json(body);
    assert_eq!(call.send().await.status(), 204);
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_leads_to_the_next_pair() {
    let app = TestApp::start().await;
    let mut pair = exchange(&app, &["stock:read"]).await;
    for _ in 0..5 {
        app.clock().advance(60);
        let next = refresh(&app, &pair).await.ok(200);
        assert_ne!(next["refresh_token"], pair["refresh_token"]);
        assert_ne!(next["access_token"], pair["access_token"]);
        assert_eq!((ping(&app, &next).await, &next["scope"]), (204, &pair["scope"]));
        pair = next;
    }
    app.stop().await;
}

#[tokio::test]
async fn a_refresh_token_used_again_ends_the_whole_family_and_its_access_tokens() {
    let app = TestApp::start().await;
    let stolen = exchange(&app, &["stock:read"]).await;
    let bystander = exchange(&app, &["stock:read"]).await;
    let honest = refresh(&app, &stolen).await.ok(200);
    assert_eq!(ping(&app, &honest).await, 204);
    app.clock().advance(11);
    let _thief = refresh(&app, &stolen).await.problem(401, "refresh_refused");
    let _child = refresh(&app, &honest).await.problem(401, "refresh_refused");
    assert_eq!((ping(&app, &honest).await, ping(&app, &stolen).await), (401, 401));
    // The twin: a family whose tokens were used once each goes on.
    assert_eq!(ping(&app, &bystander).await, 204);
    let _goes_on = refresh(&app, &bystander).await.ok(200);
    app.stop().await;
}

#[tokio::test]
async fn two_workers_who_refresh_at_once_get_the_same_child_for_ten_seconds() {
    let app = TestApp::start().await;
    let pair = exchange(&app, &["stock:read"]).await;
    let answers = join_all((0..8).map(|_| refresh(&app, &pair))).await;
    let children: Vec<Value> = answers
        .iter()
        .map(|answer| answer.ok(200)["refresh_token"].clone())
        .collect();
    assert!(children.iter().all(|child| *child == children[0]), "{children:?}");
    app.clock().advance(10);
    let late = refresh(&app, &pair).await.ok(200);
    assert_eq!(late["refresh_token"], children[0]);
    // Once the child is used, its parent's time is over, grace or not.
    let _grandchild = refresh(&app, &late).await.ok(200);
    let _reused = refresh(&app, &pair).await.problem(401, "refresh_refused");
    assert_eq!(ping(&app, &late).await, 401);
    app.stop().await;
}

#[tokio::test]
async fn revoking_ends_a_family_at_once_and_says_nothing_about_tokens_that_nobody_knows() {
    let app = TestApp::start().await;
    let pair = exchange(&app, &["stock:read"]).await;
    let other = exchange(&app, &["stock:read"]).await;
    assert_eq!(ping(&app, &pair).await, 204);
    revoke(&app, &pair).await;
    assert_eq!(ping(&app, &pair).await, 401);
    let _over = refresh(&app, &pair).await.problem(401, "refresh_refused");
    assert_eq!(ping(&app, &other).await, 204);
    let org = Uuid::from_u128(5).simple();
    for unknown in [
        format!("er_{org}_{}", "0".repeat(64)),
        "nonsense".to_owned(),
        String::new(),
    ] {
        let unknown = json!({ "refresh_token": unknown });
        revoke(&app, &unknown).await;
        let _refused = refresh(&app, &unknown).await.problem(401, "refresh_refused");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_refresh_token_is_bound_to_its_organization_and_its_exact_form() {
    let app = TestApp::start().await;
    let neighbour = app.second_organization().await;
    let pair = exchange(&app, &["stock:read"]).await;
    let token = pair["refresh_token"].as_str().unwrap();
    let (beginning, secret) = token.rsplit_once('_').unwrap();
    let variants = [
        format!("er_{}_{secret}", neighbour.id.simple()),
        format!("{beginning}_{}", secret.to_uppercase()),
        format!("{beginning}_{}", &secret[..62]),
        format!("{beginning}_{secret}00"),
        format!(" {token}"),
        format!("{token}\n"),
        pair["access_token"].as_str().unwrap().to_owned(),
        app.api_key.clone(),
    ];
    for variant in variants {
        let presented = json!({ "refresh_token": variant });
        let _refused = refresh(&app, &presented).await.problem(401, "refresh_refused");
    }
    let _good = refresh(&app, &pair).await.ok(200);
    app.stop().await;
}

#[tokio::test]
async fn tokens_end_with_their_time_with_their_key_and_not_with_the_process() {
    let mut app = TestApp::start().await;
    let pair = exchange(&app, &["stock:read"]).await;
    app.restart().await;
    assert_eq!(ping(&app, &pair).await, 204);
    app.clock().advance(899);
    assert_eq!(ping(&app, &pair).await, 204);
    app.clock().advance(1);
    assert_eq!(ping(&app, &pair).await, 401);
    let next = refresh(&app, &pair).await.ok(200);
    app.clock().advance(30 * 86_400);
    let _lay_too_long = refresh(&app, &next).await.problem(401, "refresh_refused");
    let last = exchange(&app, &["stock:read"]).await;
    app.admin_sql("UPDATE api_keys SET revoked_at = now()").await;
    assert_eq!(ping(&app, &last).await, 401);
    let _key_is_gone = refresh(&app, &last).await.problem(401, "refresh_refused");
    app.stop().await;
}

#[tokio::test]
async fn an_active_family_ends_after_ninety_days_and_is_then_forgotten() {
    let app = TestApp::start().await;
    let mut pair = exchange(&app, &["stock:read"]).await;
    for _ in 0..3 {
        app.clock().advance(29 * 86_400);
        pair = refresh(&app, &pair).await.ok(200);
    }
    assert_eq!(pair["refresh_expires_in"], 3 * 86_400);
    app.clock().advance(4 * 86_400);
    let _over = refresh(&app, &pair).await.problem(401, "refresh_refused");
    let _new = exchange(&app, &["stock:read"]).await;
    let client = app.admin().await;
    let count: i64 = client
        .query_one("SELECT count(*) FROM token_families", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(count, 1);
    app.stop().await;
}
