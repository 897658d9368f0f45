//! A session's life: its cookie, its new tokens, its end, and what it is narrowed to.

use kit::{Browser, TestApp};
use serde_json::{Value, json};

const MEI: &str = "mei@example.com";

async fn is_alive(app: &TestApp, browser: &Browser) -> bool {
    browser.get(app, "/api/v1/people/me").send().await.status() == 200
}

#[tokio::test]
async fn the_cookie_is_a_host_cookie_that_scripts_and_other_sites_do_not_see() {
    let app = TestApp::start().await;
    let _mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let body = json!({ "email": MEI, "password": Browser::PASSWORD });
    let answer = Browser::default().post(&app, "/api/v1/sessions", body).send().await;
    let cookie = answer.header("set-cookie").unwrap();
    assert!(
        cookie.starts_with("__Host-entrepot=") && !cookie.contains("Domain"),
        "{cookie}"
    );
    for part in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_token_planted_before_signing_in_is_not_the_one_after() {
    let app = TestApp::start().await;
    let _mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let mut browser = Browser {
        token: Some("a".repeat(64)),
        csrf: None,
    };
    let body = json!({ "email": MEI, "password": Browser::PASSWORD });
    let answer = browser.post(&app, "/api/v1/sessions", body).send().await;
    let _in = answer.ok(201);
    let planted = browser.clone();
    browser.keep(&answer);
    assert_ne!(planted.token, browser.token);
    assert!(is_alive(&app, &browser).await && !is_alive(&app, &planted).await);
    // Two cookies of one name are somebody's trick.
    let token = browser.token.clone().unwrap();
    let two = browser
        .get(&app, "/api/v1/people/me")
        .header("cookie", format!("__Host-entrepot={token}"));
    let _refused = two.send().await.problem(401, "unauthenticated");
    app.stop().await;
}

#[tokio::test]
async fn switching_takes_a_new_token_and_only_to_an_organization_of_ones_own() {
    let app = TestApp::start().await;
    let mut mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let second = mei
        .post(&app, "/api/v1/organizations", json!({ "name": "Shades" }))
        .send()
        .await
        .ok(201);
    let switch = async |browser: &Browser, id: &Value| {
        let body = json!({ "organization_id": id });
        browser.post(&app, "/api/v1/sessions/current/switch", body).send().await
    };
    let foreign = app.second_organization().await.id.to_string();
    for id in [foreign.as_str(), "0190a5e0-0000-7000-8000-0000000000ff"] {
        let _unknown = switch(&mei, &json!(id)).await.problem(404, "not_found");
    }
    let before = mei.clone();
    let switched = switch(&mei, &second["id"]).await;
    let _done = switched.ok(200);
    mei.keep(&switched);
    assert_eq!(mei.current(&app).await["organization_id"], second["id"]);
    assert!(!is_alive(&app, &before).await);
    app.stop().await;
}

#[tokio::test]
async fn a_session_ends_unused_after_two_hours_and_in_any_case_after_a_week() {
    let app = TestApp::start().await;
    let unused = Browser::sign_up(&app, MEI, "Lamps").await;
    app.clock().advance(119 * 60);
    assert!(is_alive(&app, &unused).await, "its use moves the end");
    app.clock().advance(119 * 60);
    assert!(is_alive(&app, &unused).await);
    app.clock().advance(120 * 60);
    assert!(!is_alive(&app, &unused).await);
    let busy = Browser::sign_in(&app, MEI).await;
    for _ in 0..167 {
        app.clock().advance(3_600);
        assert!(is_alive(&app, &busy).await);
    }
    app.clock().advance(3_600);
    assert!(!is_alive(&app, &busy).await);
    app.stop().await;
}

#[tokio::test]
async fn a_person_sees_and_ends_their_own_sessions_and_nobody_elses() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let other = Browser::sign_in(&app, MEI).await;
    let stranger = Browser::sign_up(&app, "stranger@example.com", "Elsewhere").await;
    let listed = mei.get(&app, "/api/v1/sessions").send().await.ok(200);
    assert_eq!(listed["sessions"].as_array().unwrap().len(), 2);
    let id = |session: Value| session["id"].as_str().unwrap().to_owned();
    let end = async |by: &Browser, id: &str| by.call(&app, "DELETE", &format!("/api/v1/sessions/{id}")).send().await;
    let strangers = id(stranger.current(&app).await);
    let _unknown = end(&mei, &strangers).await.problem(404, "not_found");
    assert!(is_alive(&app, &stranger).await);
    let others = id(other.current(&app).await);
    assert_eq!(end(&mei, &others).await.status(), 204);
    assert!(!is_alive(&app, &other).await && is_alive(&app, &mei).await);
    let out = mei.call(&app, "DELETE", "/api/v1/sessions/current").send().await;
    assert_eq!(out.status(), 204);
    assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(
        out.header("clear-site-data"),
        Some("\"cache\", \"cookies\", \"storage\""),
        "the browser keeps nothing of what it was shown"
    );
    assert!(!is_alive(&app, &mei).await);
    app.stop().await;
}

#[tokio::test]
async fn seeing_as_a_role_narrows_and_never_widens() {
    let app = TestApp::start().await;
    let admin = Browser::invited(&app, "admin@example.com", "admin").await;
    let see_as = async |role: Value| {
        let answer = admin
            .post(&app, "/api/v1/sessions/current/see-as", json!({ "role": role }))
            .send()
            .await;
        answer.status()
    };
    let own = admin.current(&app).await["permissions"].clone();
    assert_eq!(see_as(json!("viewer")).await, 204);
    let made = admin
        .post(&app, "/api/v1/stock/items", json!({ "sku": "LAMP" }))
        .send()
        .await;
    let _narrowed = made.problem(403, "forbidden");
    assert_eq!(see_as(json!("owner")).await, 204);
    assert_eq!(admin.current(&app).await["permissions"], own);
    let rename = admin
        .call(&app, "PATCH", "/api/v1/organization")
        .json(json!({ "name": "Mine" }))
        .send()
        .await;
    let _not_wider = rename.problem(403, "forbidden");
    assert_eq!(see_as(json!(null)).await, 204);
    assert_eq!(admin.current(&app).await["permissions"], own);
    assert_eq!(see_as(json!("root")).await, 422);
    app.stop().await;
}
