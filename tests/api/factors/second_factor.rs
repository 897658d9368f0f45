//! The second half of signing in: a ticket for one person, once, for five minutes; codes that cannot be guessed.

use kit::{Browser, TestApp, token_in};
use serde_json::json;

use super::{ANN, MEI};

#[tokio::test]
async fn a_password_and_a_code_make_a_session_and_the_ticket_is_used_up() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let (phone, _) = mei.enrol_totp(&app).await;
    app.clock().advance(30);
    let body = json!({ "email": MEI, "password": Browser::PASSWORD });
    let asked = Browser::default().post(&app, "/api/v1/sessions", body).send().await;
    assert_eq!(asked.header("set-cookie"), None);
    let asked = asked.ok(202);
    assert_eq!(asked["step"], "second_factor");
    assert_eq!(asked["factors"], json!(["totp", "recovery_code"]));
    let answer = Browser::second_half(&app, &asked["ticket"], &phone.code(&app)).await;
    let _in = answer.ok(201);
    let mut browser = Browser::default();
    browser.keep(&answer);
    assert_eq!(
        browser.current(&app).await["person_id"],
        mei.current(&app).await["person_id"]
    );
    app.clock().advance(30);
    let again = Browser::second_half(&app, &asked["ticket"], &phone.code(&app)).await;
    let _used = again.problem(401, "ticket_unusable");
    app.stop().await;
}

#[tokio::test]
async fn a_ticket_opens_its_own_persons_account_with_their_code_and_no_other() {
    let app = TestApp::start().await;
    let (mei, ann) = (
        Browser::sign_up(&app, MEI, "Lamps").await,
        Browser::sign_up(&app, ANN, "Shades").await,
    );
    let (meis, meis_codes) = mei.enrol_totp(&app).await;
    let (anns, anns_codes) = ann.enrol_totp(&app).await;
    app.clock().advance(30);
    let ticket = Browser::first_half(&app, MEI).await;
    for foreign in [&anns.code(&app), &anns_codes[0]] {
        let _refused = Browser::second_half(&app, &ticket, foreign)
            .await
            .problem(401, "code_refused");
    }
    let answer = Browser::second_half(&app, &ticket, &meis.code(&app)).await.ok(201);
    assert_eq!(answer["person_id"], mei.current(&app).await["person_id"]);
    // What was begun as one thing is no ticket for another.
    let ticket = Browser::first_half(&app, MEI).await;
    let proof = json!({ "ticket": ticket, "credential": { "id": "" } });
    let removed = mei
        .post(&app, "/api/v1/totp/remove", json!({ "proof": proof }))
        .send()
        .await;
    let _wrong_kind = removed.problem(401, "ticket_unusable");
    let _still_good = Browser::second_half(&app, &ticket, &meis_codes[0]).await.ok(201);
    app.stop().await;
}

#[tokio::test]
async fn a_ticket_ends_after_five_minutes_with_a_new_password_and_was_never_a_guess() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let (phone, codes) = mei.enrol_totp(&app).await;
    let ticket = Browser::first_half(&app, MEI).await;
    app.clock().advance(5 * 60);
    let late = Browser::second_half(&app, &ticket, &phone.code(&app)).await;
    let _late = late.problem(401, "ticket_unusable");
    let made_up = Browser::second_half(&app, &json!("a".repeat(64)), &phone.code(&app)).await;
    let _unknown = made_up.problem(401, "ticket_unusable");
    let ticket = Browser::first_half(&app, MEI).await;
    let body = json!({ "current": Browser::PASSWORD, "new": "another horse battery" });
    let changed = mei.post(&app, "/api/v1/people/me/password", body).send().await;
    assert_eq!(changed.status(), 204);
    let stale = Browser::second_half(&app, &ticket, &codes[0]).await;
    let _stale = stale.problem(401, "ticket_unusable");
    app.stop().await;
}

#[tokio::test]
async fn a_new_password_by_mail_does_not_drop_the_second_factor() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let (phone, _) = mei.enrol_totp(&app).await;
    Browser::reset_password(&app, MEI).await;
    app.clock().advance(30);
    let ticket = Browser::first_half(&app, MEI).await;
    let _in = Browser::second_half(&app, &ticket, &phone.code(&app)).await.ok(201);
    app.stop().await;
}

#[tokio::test]
async fn accepting_an_invitation_with_the_password_is_no_way_around_the_second_factor() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let (phone, _) = mei.enrol_totp(&app).await;
    let body = json!({ "email": MEI, "role": "staff" });
    let _sent = app.post("/api/v1/invitations").json(body).send().await.ok(201);
    let token = token_in(&app.mail(MEI, "invited").await);
    let body = json!({ "token": token, "password": Browser::PASSWORD });
    let accepted = Browser::default()
        .post(&app, "/api/v1/invitations/accept", body)
        .send()
        .await;
    assert_eq!(accepted.header("set-cookie"), None);
    let ticket = accepted.ok(202)["ticket"].clone();
    app.clock().advance(30);
    let _in = Browser::second_half(&app, &ticket, &phone.code(&app)).await.ok(201);
    let organizations = mei.get(&app, "/api/v1/organizations").send().await.ok(200);
    assert_eq!(organizations["organizations"].as_array().unwrap().len(), 2);
    app.stop().await;
}

#[tokio::test]
async fn guessing_codes_is_slowed_down_and_a_restart_forgets_nothing() {
    let mut app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let (phone, codes) = mei.enrol_totp(&app).await;
    app.clock().advance(30);
    for _ in 0..5 {
        let ticket = Browser::first_half(&app, MEI).await;
        let wrong = Browser::second_half(&app, &ticket, &phone.wrong_code(&app)).await;
        let _counted = wrong.problem(401, "code_refused");
    }
    let ticket = Browser::first_half(&app, MEI).await;
    let right = phone.code(&app);
    let waits = Browser::second_half(&app, &ticket, &right).await;
    let _too_early = waits.problem(429, "too_many_tries");
    assert_eq!(waits.header("retry-after"), Some("2"));
    app.restart().await;
    let _remembered = Browser::second_half(&app, &ticket, &right)
        .await
        .problem(429, "too_many_tries");
    // Neither is a recovery code a way around, nor proving oneself in a session.
    let _same = Browser::second_half(&app, &ticket, &codes[0])
        .await
        .problem(429, "too_many_tries");
    let proof = json!({ "proof": { "code": right } });
    let removed = mei.post(&app, "/api/v1/totp/remove", proof).send().await;
    let _same = removed.problem(429, "too_many_tries");
    app.clock().advance(2);
    let _in = Browser::second_half(&app, &ticket, &right).await.ok(201);
    // A day of it: five free ones, then each wait twice the last up to a quarter of an hour.
    let (mut tried, mut second) = (0, 0_i64);
    while second < 24 * 3_600 {
        let proof = json!({ "proof": { "code": phone.wrong_code(&app) } });
        let answer = mei.post(&app, "/api/v1/totp/remove", proof).send().await;
        let wait = match answer.header("retry-after") {
            Some(seconds) => seconds.parse().unwrap(),
            None => {
                let _wrong = answer.problem(401, "code_refused");
                tried += 1;
                0
            }
        };
        app.clock().advance(wait);
        second += wait;
    }
    assert!((90..130).contains(&tried), "{tried} guesses a day of a million codes");
    app.stop().await;
}
