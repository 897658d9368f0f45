//! The authenticator app: it counts once it is confirmed, each code once, and removing it needs more than a session.

use kit::{AuthenticatorApp, Browser, TestApp};
use serde_json::{Value, json};

use super::MEI;

async fn enrol(app: &TestApp, mei: &Browser, proof: Value) -> kit::Answer {
    mei.post(app, "/api/v1/totp", json!({ "proof": proof })).send().await
}

#[tokio::test]
async fn an_app_counts_once_its_first_code_came_and_brings_ten_recovery_codes() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let told = enrol(&app, &mei, Browser::password_proof()).await;
    assert_eq!(told.header("cache-control"), Some("no-store"));
    let told = told.ok(201);
    let uri = told["otpauth_uri"].as_str().unwrap();
    let secret = told["secret"].as_str().unwrap();
    assert_eq!(secret.len(), 32, "160 bits in base 32");
    assert_eq!(
        uri,
        format!("otpauth://totp/Entrepot:mei%40example.com?secret={secret}&issuer=Entrepot")
    );
    assert!(told["qr_svg"].as_str().unwrap().contains("<svg"));
    // Not before it is confirmed.
    let _signed_in = Browser::sign_in(&app, MEI).await;
    let phone = AuthenticatorApp::scan(uri);
    let confirm = async |code: &str| {
        mei.post(&app, "/api/v1/totp/confirm", json!({ "code": code }))
            .send()
            .await
    };
    let _wrong = confirm(&phone.wrong_code(&app)).await.problem(401, "code_refused");
    let codes = confirm(&phone.code(&app)).await.ok(200);
    assert_eq!(kit::texts(&codes["recovery_codes"]).len(), 10);
    let _again = confirm(&phone.code_in(&app, 1)).await.problem(401, "code_refused");
    let listed = mei.get(&app, "/api/v1/factors").send().await.ok(200);
    assert!(listed["totp_since"].is_string());
    assert_eq!(listed["recovery_codes_left"], 10);
    let letter = app.mail(MEI, "was added").await;
    assert!(letter.contains("An authenticator app was added"), "{letter}");
    let _asked = Browser::first_half(&app, MEI).await;
    // The session that was there stays; its person was just asked for the password.
    let _alive = mei.current(&app).await;
    let _second = enrol(&app, &mei, Browser::password_proof())
        .await
        .problem(409, "factor_exists");
    app.stop().await;
}

#[tokio::test]
async fn a_newer_secret_takes_the_place_of_one_that_waits() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let scan = |told: &Value| AuthenticatorApp::scan(told["otpauth_uri"].as_str().unwrap());
    let first = scan(&enrol(&app, &mei, Browser::password_proof()).await.ok(201));
    let second = scan(&enrol(&app, &mei, Browser::password_proof()).await.ok(201));
    let confirm = async |code: &str| {
        mei.post(&app, "/api/v1/totp/confirm", json!({ "code": code }))
            .send()
            .await
    };
    let _old = confirm(&first.code(&app)).await.problem(401, "code_refused");
    let _done = confirm(&second.code(&app)).await.ok(200);
    app.stop().await;
}

#[tokio::test]
async fn a_session_alone_neither_adds_nor_removes_an_app() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let wrong = json!({ "password": "wrong horse battery" });
    let _no_password = enrol(&app, &mei, wrong.clone()).await.problem(401, "sign_in_refused");
    for nothing in [
        json!({}),
        json!({ "password": Browser::PASSWORD, "code": "123456" }),
        json!({ "ticket": "t" }),
        json!({ "credential": {} }),
    ] {
        let _refused = enrol(&app, &mei, nothing).await.problem(422, "proof_unusable");
    }
    let (phone, codes) = mei.enrol_totp(&app).await;
    let remove = async |proof: Value| {
        mei.post(&app, "/api/v1/totp/remove", json!({ "proof": proof }))
            .send()
            .await
    };
    let _no_password = remove(wrong).await.problem(401, "sign_in_refused");
    let used = json!({ "code": phone.code(&app) });
    let _used_code = remove(used).await.problem(401, "code_refused");
    app.clock().advance(30);
    let removed = remove(json!({ "code": phone.code(&app) })).await;
    assert_eq!(removed.status(), 204);
    let _nothing_left = remove(Browser::password_proof()).await.problem(404, "not_found");
    // The codes went with the last factor, and the password alone is enough again.
    let _code = remove(json!({ "code": codes[0] })).await.problem(401, "code_refused");
    let _signed_in = Browser::sign_in(&app, MEI).await;
    let letter = app.mail(MEI, "was removed").await;
    assert!(letter.contains("The authenticator app was removed"), "{letter}");
    app.stop().await;
}

#[tokio::test]
async fn each_time_step_is_taken_once_also_across_a_restart_and_never_an_older_one() {
    let mut app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let (phone, _) = mei.enrol_totp(&app).await;
    let give = async |app: &TestApp, code: &str| {
        let ticket = Browser::first_half(app, MEI).await;
        Browser::second_half(app, &ticket, code).await
    };
    // The code that confirmed is used up.
    let _replayed = give(&app, &phone.code(&app)).await.problem(401, "code_refused");
    app.clock().advance(60);
    let code = phone.code(&app);
    let _in = give(&app, &code).await.ok(201);
    let _replayed = give(&app, &code).await.problem(401, "code_refused");
    let _older = give(&app, &phone.code_in(&app, -1)).await.problem(401, "code_refused");
    app.restart().await;
    let _replayed = give(&app, &code).await.problem(401, "code_refused");
    // One step ahead of our clock is taken, and then the steps before it are not.
    let ahead = phone.code_in(&app, 1);
    let _in = give(&app, &ahead).await.ok(201);
    app.clock().advance(30);
    let _replayed = give(&app, &ahead).await.problem(401, "code_refused");
    let _too_far = give(&app, &phone.code_in(&app, 2)).await.problem(401, "code_refused");
    app.stop().await;
}
