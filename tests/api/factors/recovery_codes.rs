//! Recovery codes: each once, kept as hashes, renewed as a whole.

use kit::{Browser, TestApp, texts};
use serde_json::json;

use super::MEI;

#[tokio::test]
async fn a_recovery_code_signs_in_once_however_it_is_typed_and_its_person_is_told() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let (_, codes) = mei.enrol_totp(&app).await;
    let give = async |code: &str| {
        let ticket = Browser::first_half(&app, MEI).await;
        Browser::second_half(&app, &ticket, code).await
    };
    let _in = give(&codes[0].to_uppercase().replace('-', " ")).await.ok(201);
    let _letter = app.mail(MEI, "A recovery code was used").await;
    let _again = give(&codes[0]).await.problem(401, "code_refused");
    let _in = give(&codes[1]).await.ok(201);
    let listed = mei.get(&app, "/api/v1/factors").send().await.ok(200);
    assert_eq!(listed["recovery_codes_left"], 8);
    app.stop().await;
}

#[tokio::test]
async fn a_recovery_code_that_proves_something_is_used_up_and_told_of_too() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let (_, codes) = mei.enrol_totp(&app).await;
    let renew = async || {
        let body = json!({ "proof": { "code": codes[0] } });
        mei.post(&app, "/api/v1/recovery-codes", body).send().await
    };
    let _renewed = renew().await.ok(201);
    let _letter = app.mail(MEI, "A recovery code was used").await;
    let _used_up = renew().await.problem(401, "code_refused");
    app.stop().await;
}

#[tokio::test]
async fn one_recovery_code_given_twice_at_once_signs_in_once() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let (_, codes) = mei.enrol_totp(&app).await;
    let tickets = [
        Browser::first_half(&app, MEI).await,
        Browser::first_half(&app, MEI).await,
        Browser::first_half(&app, MEI).await,
    ];
    let rush = tickets
        .iter()
        .map(|ticket| Browser::second_half(&app, ticket, &codes[0]));
    let answers = futures_util::future::join_all(rush).await;
    let signed_in = answers.iter().filter(|answer| answer.status() == 201).count();
    assert_eq!(signed_in, 1, "{answers:?}");
    app.stop().await;
}

#[tokio::test]
async fn new_codes_kill_the_old_and_the_database_holds_neither_in_clear() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let renew = async || {
        let body = json!({ "proof": Browser::password_proof() });
        mei.post(&app, "/api/v1/recovery-codes", body).send().await
    };
    let _nothing_to_stand_in_for = renew().await.problem(404, "not_found");
    let (_, old) = mei.enrol_totp(&app).await;
    let new = texts(&renew().await.ok(201)["recovery_codes"]);
    assert!(new.len() == 10 && new.iter().all(|code| !old.contains(code)));
    let ticket = Browser::first_half(&app, MEI).await;
    let _dead = Browser::second_half(&app, &ticket, &old[0])
        .await
        .problem(401, "code_refused");
    let question =
        "SELECT count(*), count(*) FILTER (WHERE position($1::text::bytea IN code_hash) > 0) FROM recovery_codes";
    let row = app.admin().await.query_one(question, &[&new[0]]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (10, 0));
    let _in = Browser::second_half(&app, &ticket, &new[0]).await.ok(201);
    app.stop().await;
}
