//! `/api/v1/people/me/email`: asked for with a proof, confirmed from the new mailbox, told to the old.

use kit::{Browser, TestApp, token_in};
use serde_json::json;

const MEI: &str = "mei@example.com";
const NEW: &str = "mei@new.example";
const ANN: &str = "ann@example.com";

async fn ask(app: &TestApp, who: &Browser, email: &str) -> kit::Answer {
    let body = json!({ "email": email, "proof": Browser::password_proof() });
    who.post(app, "/api/v1/people/me/email", body).send().await
}

async fn confirm(app: &TestApp, who: &Browser, token: &str) -> kit::Answer {
    let body = json!({ "token": token });
    who.post(app, "/api/v1/people/confirm-email", body).send().await
}

async fn is_alive(app: &TestApp, browser: &Browser) -> bool {
    browser.get(app, "/api/v1/people/me").send().await.status() == 200
}

#[tokio::test]
async fn an_address_changes_once_its_new_mailbox_answers_and_other_sessions_end() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let other = Browser::sign_in(&app, MEI).await;
    assert_eq!(ask(&app, &mei, NEW).await.status(), 202);
    let notice = app.mail(MEI, "A new e-mail address was asked for").await;
    assert!(notice.contains(NEW) && !notice.contains("#token="), "{notice}");
    let token = token_in(&app.mail(NEW, "Move your account").await);
    let me = mei.get(&app, "/api/v1/people/me").send().await.ok(200);
    assert_eq!(me["email"], MEI, "not before it is confirmed");
    // The mailbox alone moves nothing: it may be a stranger's, who was asked to click.
    let nobody = Browser::default();
    let _signed_out = confirm(&app, &nobody, &token).await.problem(401, "unauthenticated");
    let ann = Browser::sign_up(&app, ANN, "Shades").await;
    let _not_hers = confirm(&app, &ann, &token).await.problem(410, "link_unusable");
    assert_eq!(confirm(&app, &mei, &token).await.status(), 204);
    let me = mei.get(&app, "/api/v1/people/me").send().await.ok(200);
    assert_eq!(me["email"], NEW);
    assert!(is_alive(&app, &mei).await && !is_alive(&app, &other).await);
    let _used = confirm(&app, &mei, &token).await.problem(410, "link_unusable");
    let _signed_in = Browser::sign_in(&app, NEW).await;
    let body = json!({ "email": MEI, "password": Browser::PASSWORD });
    let old = Browser::default().post(&app, "/api/v1/sessions", body).send().await;
    let _gone = old.problem(401, "sign_in_refused");
    let _told = app.mail(MEI, "Your e-mail address was changed").await;
    app.stop().await;
}

#[tokio::test]
async fn an_address_is_asked_for_with_a_proof_and_its_letter_ends_in_an_hour_or_with_a_newer_one() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let body = json!({ "email": NEW, "proof": { "password": "wrong horse battery" } });
    let unproved = mei.post(&app, "/api/v1/people/me/email", body).send().await;
    let _refused = unproved.problem(401, "sign_in_refused");
    let _no_address = ask(&app, &mei, "nobody").await.problem(422, "email_unusable");
    assert_eq!(ask(&app, &mei, NEW).await.status(), 202);
    let first = token_in(&app.mail(NEW, "Move your account").await);
    assert_eq!(ask(&app, &mei, "mei@other.example").await.status(), 202);
    let second = token_in(&app.mail("mei@other.example", "Move your account").await);
    let _older = confirm(&app, &mei, &first).await.problem(410, "link_unusable");
    app.clock().advance(3_600);
    let _late = confirm(&app, &mei, &second).await.problem(410, "link_unusable");
    // A new password stops what is under way.
    assert_eq!(ask(&app, &mei, "mei@third.example").await.status(), 202);
    let third = token_in(&app.mail("mei@third.example", "Move your account").await);
    let body = json!({ "current": Browser::PASSWORD, "new": "another horse battery" });
    let changed = mei.post(&app, "/api/v1/people/me/password", body).send().await;
    assert_eq!(changed.status(), 204);
    let _stopped = confirm(&app, &mei, &third).await.problem(410, "link_unusable");
    app.stop().await;
}

#[tokio::test]
async fn an_address_with_an_account_gets_the_same_answer_and_a_letter_without_a_link() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let _ann = Browser::sign_up(&app, ANN, "Shades").await;
    let (known, unknown) = (ask(&app, &mei, ANN).await, ask(&app, &mei, NEW).await);
    assert_eq!((known.status(), known.text()), (unknown.status(), unknown.text()));
    let letter = app.mail(ANN, "You have an account already").await;
    assert!(!letter.contains("#token="), "{letter}");
    // And somebody who signs up with it in between keeps it.
    let token = token_in(&app.mail(NEW, "Move your account").await);
    let _first = Browser::sign_up(&app, NEW, "Vases").await;
    let _taken = confirm(&app, &mei, &token).await.problem(410, "link_unusable");
    assert_eq!(mei.get(&app, "/api/v1/people/me").send().await.ok(200)["email"], MEI);
    app.stop().await;
}

#[tokio::test]
async fn a_reset_letter_to_the_old_address_is_dead_once_the_address_changed() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let nobody = Browser::default();
    let forgot = nobody.post(&app, "/api/v1/people/forgot", json!({ "email": MEI }));
    assert_eq!(forgot.send().await.status(), 202);
    let reset = token_in(&app.mail(MEI, "Choose a new password").await);
    assert_eq!(ask(&app, &mei, NEW).await.status(), 202);
    let token = token_in(&app.mail(NEW, "Move your account").await);
    assert_eq!(confirm(&app, &mei, &token).await.status(), 204);
    let body = json!({ "token": reset, "password": "another horse battery" });
    let _dead = nobody
        .post(&app, "/api/v1/people/reset", body)
        .send()
        .await
        .problem(410, "link_unusable");
    app.stop().await;
}
