//! Signing in: who is refused, and how often.

use kit::{Answer, Browser, TestApp};
use serde_json::json;

const MEI: &str = "mei@example.com";

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "password": password });
    Browser::default().post(app, "/api/v1/sessions", body).send().await
}

/// An answer without what is different every time.
fn said(answer: &Answer) -> (u16, String) {
    let mut body = answer.json();
    body["request_id"] = json!(null);
    (answer.status(), body.to_string())
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_get_the_same_answer() {
    let app = TestApp::start().await;
    let _mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let wrong = sign_in(&app, MEI, "not the right password").await;
    let unknown = sign_in(&app, "nobody@example.com", "not the right password").await;
    let _refused = wrong.problem(401, "sign_in_refused");
    assert_eq!(said(&wrong), said(&unknown));
    app.stop().await;
}

#[tokio::test]
async fn guesses_are_counted_for_known_and_unknown_alike_and_a_restart_forgets_nothing() {
    let mut app = TestApp::start().await;
    let _mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let mut answers = Vec::new();
    for email in [MEI, "nobody@example.com"] {
        let mut statuses = Vec::new();
        for _ in 0..8 {
            statuses.push(sign_in(&app, email, "not the right password").await.status());
        }
        answers.push(statuses);
    }
    assert_eq!(answers[0], [401, 401, 401, 401, 401, 429, 429, 429]);
    assert_eq!(answers[0], answers[1]);
    // The right password is not even looked at, so it does not tell.
    let blocked = sign_in(&app, MEI, Browser::PASSWORD).await;
    let _early = blocked.problem(429, "too_many_tries");
    assert!(blocked.header("retry-after").is_some());
    app.restart().await;
    let _still = sign_in(&app, MEI, Browser::PASSWORD)
        .await
        .problem(429, "too_many_tries");
    // Nobody is locked out for good.
    app.clock().advance(2);
    let _in = sign_in(&app, MEI, Browser::PASSWORD).await.ok(201);
    app.stop().await;
}

#[tokio::test]
async fn a_hundred_guesses_at_once_are_a_hundred() {
    let app = TestApp::start().await;
    let _mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let guesses = (0..40).map(|n| {
        let password = format!("not the right password {n}");
        let app = &app;
        async move { sign_in(app, MEI, &password).await.status() }
    });
    let statuses = futures_util::future::join_all(guesses).await;
    let looked_at = statuses.iter().filter(|status| **status == 401).count();
    assert!(looked_at <= 5, "{statuses:?}");
    app.stop().await;
}

#[tokio::test]
async fn one_address_cannot_try_one_password_on_everybody() {
    let app = TestApp::start().await;
    let mut refused = 0;
    for n in 0..35 {
        let answer = sign_in(&app, &format!("person{n}@example.com"), "correct horse battery").await;
        refused += usize::from(answer.status() == 429);
    }
    assert_eq!(refused, 5);
    app.stop().await;
}

#[tokio::test]
async fn a_password_is_compared_whole_and_as_it_was_typed() {
    let app = TestApp::start().await;
    let password = format!("  Thé au Jasmin, {} fin  ", "encore ".repeat(20));
    let body = json!({ "email": MEI, "password": password, "name": "Mei", "organization": "Lamps" });
    let sign_up = Browser::default().post(&app, "/api/v1/people/sign-up", body);
    assert_eq!(sign_up.send().await.status(), 202);
    let token = kit::token_in(&app.mail(MEI, "Confirm").await);
    let body = json!({ "token": token, "password": password });
    let verify = Browser::default().post(&app, "/api/v1/people/verify", body);
    let _in = verify.send().await.ok(201);
    let cut = |chars: usize| password.chars().take(chars).collect::<String>();
    for other in [
        password.to_lowercase(),
        password.trim().to_owned(),
        cut(72),
        cut(password.chars().count() - 1),
    ] {
        let _refused = sign_in(&app, MEI, &other).await.problem(401, "sign_in_refused");
    }
    let _in = sign_in(&app, MEI, &password).await.ok(201);
    app.stop().await;
}
