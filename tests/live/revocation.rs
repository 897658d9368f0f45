//! Who loses what, loses their sockets.

use kit::{Browser, Screen, TestApp};
use serde_json::json;

async fn started(role: &str) -> (TestApp, Browser, Screen) {
    let app = TestApp::start().await;
    let browser = Browser::invited(&app, "mei@example.com", role).await;
    let mut screen = Screen::open(&app, &browser).await;
    let _subscribed = screen.subscribe("stock").await;
    (app, browser, screen)
}

async fn person_of(app: &TestApp, browser: &Browser) -> String {
    browser.current(app).await["person_id"]
        .as_str()
        .expect("a person")
        .to_owned()
}

#[tokio::test]
async fn signing_out_closes_the_sessions_sockets_and_no_others() {
    let (app, browser, mut screen) = started("staff").await;
    let other = Browser::sign_in(&app, "mei@example.com").await;
    let mut stays = Screen::open(&app, &other).await;
    let signed_out = browser.call(&app, "DELETE", "/api/v1/sessions/current").send().await;
    assert_eq!(signed_out.status(), 204);
    assert_eq!(screen.closed().await.0, 4001);
    assert!(stays.hears_nothing().await);
}

#[tokio::test]
async fn ending_a_session_from_elsewhere_closes_its_sockets() {
    let (app, browser, mut screen) = started("staff").await;
    let session = browser.current(&app).await["id"].as_str().unwrap().to_owned();
    let other = Browser::sign_in(&app, "mei@example.com").await;
    let ended = other
        .call(&app, "DELETE", &format!("/api/v1/sessions/{session}"))
        .send()
        .await;
    assert_eq!(ended.status(), 204, "{}", ended.text());
    assert_eq!(screen.closed().await.0, 4001);
}

#[tokio::test]
async fn another_role_closes_the_socket_and_a_new_one_opens() {
    let (app, browser, mut screen) = started("staff").await;
    let person = person_of(&app, &browser).await;
    let body = json!({ "person_id": person, "role": "viewer" });
    let changed = app.post("/api/v1/members/change").json(body).send().await;
    assert!((200..300).contains(&changed.status()), "{}", changed.text());
    assert_eq!(screen.closed().await.0, 4003);
    let mut again = Screen::open(&app, &browser).await;
    assert_eq!(again.subscribe("stock").await["recovered"], false);
}

#[tokio::test]
async fn seeing_as_another_role_and_acting_for_another_organization_close_it() {
    let (app, browser, mut screen) = started("staff").await;
    let seen = browser
        .post(&app, "/api/v1/sessions/current/see-as", json!({ "role": "viewer" }))
        .send()
        .await;
    assert!((200..300).contains(&seen.status()), "{}", seen.text());
    assert_eq!(screen.closed().await.0, 4003);
}

#[tokio::test]
async fn a_member_who_is_removed_loses_the_socket_and_gets_no_ticket() {
    let (app, browser, mut screen) = started("staff").await;
    let person = person_of(&app, &browser).await;
    let removed = app.call("DELETE", &format!("/api/v1/members/{person}")).send().await;
    assert_eq!(removed.status(), 204, "{}", removed.text());
    assert_eq!(
        screen.closed().await.0,
        4003,
        "somebody signed in still, for no organization"
    );
    let answer = browser.call(&app, "POST", "/api/v1/live/tickets").send().await;
    assert!(matches!(answer.status(), 401 | 403), "{}", answer.text());
}

#[tokio::test]
async fn what_another_hub_revoked_is_noticed_too() {
    let (app, _browser, mut screen) = started("staff").await;
    app.admin_sql("DELETE FROM sessions").await;
    assert_eq!(screen.closed().await.0, 4001);
}

#[tokio::test]
async fn a_session_that_runs_out_closes_its_sockets() {
    let (app, _browser, mut screen) = started("staff").await;
    screen.acks = true;
    app.clock().advance(121 * 60);
    let (code, reason) = screen.closed().await;
    assert!(matches!(code, 4001 | 4008), "{code} {reason}");
}
