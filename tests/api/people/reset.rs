//! `/api/v1/people/forgot`, `/reset` and `/me/password`

use kit::{Browser, TestApp, token_in};
use serde_json::json;

const MEI: &str = "mei@example.com";
const NEW: &str = "a quite different password";

async fn forgot(app: &TestApp, email: &str) -> kit::Answer {
    Browser::default()
        .post(app, "/api/v1/people/forgot", json!({ "email": email }))
        .send()
        .await
}

async fn reset(app: &TestApp, token: &str, password: &str) -> kit::Answer {
    let body = json!({ "token": token, "password": password });
    Browser::default().post(app, "/api/v1/people/reset", body).send().await
}

async fn sign_in(app: &TestApp, password: &str) -> kit::Answer {
    let body = json!({ "email": MEI, "password": password });
    Browser::default().post(app, "/api/v1/sessions", body).send().await
}

#[tokio::test]
async fn a_reset_sets_the_password_once_and_ends_every_session() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    assert_eq!(forgot(&app, MEI).await.status(), 202);
    let token = token_in(&app.mail(MEI, "Choose a new password").await);
    let _weak = reset(&app, &token, "passwordpassword")
        .await
        .problem(422, "password_refused");
    assert_eq!(reset(&app, &token, NEW).await.status(), 204);
    let _again = reset(&app, &token, "yet another password")
        .await
        .problem(410, "link_unusable");
    let _ended = mei
        .get(&app, "/api/v1/people/me")
        .send()
        .await
        .problem(401, "unauthenticated");
    let _old = sign_in(&app, Browser::PASSWORD).await.problem(401, "sign_in_refused");
    let _new = sign_in(&app, NEW).await.ok(201);
    app.stop().await;
}

#[tokio::test]
async fn a_newer_reset_kills_the_older_and_an_hour_kills_any() {
    let app = TestApp::start().await;
    let _mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let _sent = forgot(&app, MEI).await;
    let first = token_in(&app.mail(MEI, "Choose a new password").await);
    let _sent = forgot(&app, MEI).await;
    kit::until("a second letter", async || app.letters(MEI).len() == 3).await;
    let second = token_in(&app.mail(MEI, "Choose a new password").await);
    let _dead = reset(&app, &first, NEW).await.problem(410, "link_unusable");
    app.clock().advance(3_600);
    let _late = reset(&app, &second, NEW).await.problem(410, "link_unusable");
    app.stop().await;
}

#[tokio::test]
async fn an_unknown_address_gets_the_same_answer_and_no_letter() {
    let app = TestApp::start().await;
    let _mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let (known, unknown) = (forgot(&app, MEI).await, forgot(&app, "nobody@example.com").await);
    assert_eq!((known.status(), known.text()), (unknown.status(), unknown.text()));
    let _letter = app.mail(MEI, "Choose a new password").await;
    assert!(app.letters("nobody@example.com").is_empty());
    app.stop().await;
}

#[tokio::test]
async fn changing_the_password_takes_the_old_one_and_ends_the_other_sessions() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let other = Browser::sign_in(&app, MEI).await;
    let change = async |current: &str, new: &str| {
        let body = json!({ "current": current, "new": new });
        mei.post(&app, "/api/v1/people/me/password", body).send().await
    };
    let _wrong = change("not the old password", NEW)
        .await
        .problem(401, "sign_in_refused");
    assert_eq!(change(Browser::PASSWORD, NEW).await.status(), 204);
    let _here = mei.get(&app, "/api/v1/people/me").send().await.ok(200);
    let _there = other
        .get(&app, "/api/v1/people/me")
        .send()
        .await
        .problem(401, "unauthenticated");
    let _letter = app.mail(MEI, "Your password was changed").await;
    app.stop().await;
}

#[tokio::test]
async fn whoever_resets_after_too_many_wrong_guesses_is_let_in_at_once() {
    let app = TestApp::start().await;
    let _mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let mut answer = sign_in(&app, "a wrong password").await;
    while answer.status() == 401 {
        answer = sign_in(&app, "a wrong password").await;
    }
    let _waiting = answer.problem(429, "too_many_tries");
    assert_eq!(forgot(&app, MEI).await.status(), 202);
    let token = token_in(&app.mail(MEI, "Choose a new password").await);
    assert_eq!(reset(&app, &token, NEW).await.status(), 204);
    let _in = sign_in(&app, NEW).await.ok(201);
    app.stop().await;
}
