//! What was proved must still hold when it is acted upon, and what was done is answered as done.

use jiff::Timestamp;
use kit::{Answer, Browser, TestApp, token_in, until_blocked};
use serde_json::json;
use storage::{Identities, attempts};

const MEI: &str = "mei@example.com";
const OTHER: &str = "other@example.com";
const NEW: &str = "a quite different password";
/// Mei's password becomes one that nobody here knows, in a transaction that stays open.
const CHANGE_MEIS_PASSWORD: &str = "
    BEGIN; UPDATE people SET password_hash = '$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAA' WHERE email = 'mei@example.com'";
/// What is answered when Mei's password changes while the request is under way, after it read the old one.
async fn answer_across_a_change(app: &TestApp, call: kit::Call) -> Answer {
    let (holder, watcher) = (app.admin().await, app.admin().await);
    holder.batch_execute(CHANGE_MEIS_PASSWORD).await.unwrap();
    let answer = tokio::spawn(call.send());
    until_blocked(&watcher, 1, &answer).await;
    holder.batch_execute("COMMIT").await.unwrap();
    answer.await.unwrap()
}

#[tokio::test]
async fn a_sign_in_that_proved_the_old_password_does_not_outlive_its_change() {
    let app = TestApp::start().await;
    let _mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let body = json!({ "email": MEI, "password": Browser::PASSWORD });
    let sign_in = Browser::default().post(&app, "/api/v1/sessions", body);
    let _refused = answer_across_a_change(&app, sign_in)
        .await
        .problem(401, "sign_in_refused");
    app.stop().await;
}

#[tokio::test]
async fn a_password_change_that_proved_the_old_password_does_not_undo_a_reset() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let body = json!({ "current": Browser::PASSWORD, "new": NEW });
    let change = mei.post(&app, "/api/v1/people/me/password", body);
    let _refused = answer_across_a_change(&app, change)
        .await
        .problem(401, "sign_in_refused");
    app.stop().await;
}

#[tokio::test]
async fn an_invitation_is_not_accepted_by_a_password_that_was_changed_meanwhile() {
    let app = TestApp::start().await;
    let _mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let invitation = json!({ "email": MEI, "role": "staff" });
    let _sent = app.post("/api/v1/invitations").json(invitation).send().await.ok(201);
    let token = token_in(&app.mail(MEI, "invited").await);
    let body = json!({ "token": token, "password": Browser::PASSWORD });
    let accept = Browser::default().post(&app, "/api/v1/invitations/accept", body);
    let _refused = answer_across_a_change(&app, accept)
        .await
        .problem(401, "sign_in_refused");
    app.stop().await;
}

#[tokio::test]
async fn of_two_switches_with_one_cookie_one_gets_the_new_cookie() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let made = mei.post(&app, "/api/v1/organizations", json!({ "name": "Shades" }));
    let body = json!({ "organization_id": made.send().await.ok(201)["id"] });
    let (holder, watcher) = (app.admin().await, app.admin().await);
    holder
        .batch_execute("BEGIN; SELECT FROM sessions FOR UPDATE")
        .await
        .unwrap();
    let switch = || tokio::spawn(mei.post(&app, "/api/v1/sessions/current/switch", body.clone()).send());
    let (one, two) = (switch(), switch());
    until_blocked(&watcher, 2, &one).await;
    holder.batch_execute("COMMIT").await.unwrap();
    let mut statuses = [one.await.unwrap().status(), two.await.unwrap().status()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404]);
    app.stop().await;
}

#[tokio::test]
async fn what_is_committed_is_answered_as_done_although_tries_cannot_be_forgotten() {
    let app = TestApp::start().await;
    app.admin_sql("REVOKE DELETE ON attempts FROM entrepot_identity").await;
    // Verifies the sign-up, too.
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let body = json!({ "current": Browser::PASSWORD, "new": NEW });
    let changed = mei.post(&app, "/api/v1/people/me/password", body).send().await;
    assert_eq!(changed.status(), 204, "{}", changed.text());
    let forgot = Browser::default().post(&app, "/api/v1/people/forgot", json!({ "email": MEI }));
    assert_eq!(forgot.send().await.status(), 202);
    let token = token_in(&app.mail(MEI, "Choose a new password").await);
    let body = json!({ "token": token, "password": "yet another password" });
    let reset = Browser::default().post(&app, "/api/v1/people/reset", body).send().await;
    assert_eq!(reset.status(), 204, "{}", reset.text());
    let _joined = Browser::invited(&app, OTHER, "viewer").await;
    app.stop().await;
}

#[tokio::test]
async fn forgetting_tries_takes_rows_in_the_order_in_which_counting_does() {
    let app = TestApp::start().await;
    let subjects = [[1; 32], [2; 32]];
    let (holder, watcher) = (app.admin().await, app.admin().await);
    // The higher one lies first in the table, where a plain DELETE would begin.
    for subject in subjects.iter().rev() {
        let insert = "INSERT INTO attempts (subject, failed, last_at) VALUES ($1, 1, now() - interval '2 days')";
        watcher.execute(insert, &[&subject.as_slice()]).await.unwrap();
    }
    let lock = "SELECT FROM attempts WHERE subject = $1 FOR UPDATE NOWAIT";
    holder.batch_execute("BEGIN").await.unwrap();
    holder.query(lock, &[&subjects[0].as_slice()]).await.unwrap();
    let identities = Identities::new(&app.database).unwrap();
    let forgetting = tokio::spawn({
        let identities = identities.clone();
        async move { attempts::delete(&identities, &subjects).await.unwrap() }
    });
    until_blocked(&watcher, 1, &forgetting).await;
    holder
        .query(lock, &[&subjects[1].as_slice()])
        .await
        .expect("whoever waits for the lower one does not hold the higher one");
    // Forgetting what is old waits for nobody.
    let before: Timestamp = "2030-01-01T00:00:00Z".parse().unwrap();
    let old = attempts::delete_older(&identities, before).await.unwrap();
    assert_eq!(old, 0);
    holder.batch_execute("COMMIT").await.unwrap();
    forgetting.await.unwrap();
    identities.close();
    app.stop().await;
}
