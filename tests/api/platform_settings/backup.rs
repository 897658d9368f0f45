//! Backing up and restoring.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kit::{Answer, TestApp, until_blocked};
use serde_json::json;

use super::{field, platform, put};

const PASSPHRASE: &str = "correct horse battery staple";
const SECRET_KEY: &str = "sk_live_51HabcdefghijklmnopqrstuvWXYZ";

async fn back_up(app: &TestApp) -> Vec<u8> {
    let answer = app
        .post("/api/v1/platform-settings/backup")
        .json(json!({ "passphrase": PASSPHRASE }))
        .send()
        .await;
    assert_eq!(answer.status(), 200, "{}", answer.text());
    answer.raw.body
}

async fn restore(app: &TestApp, api_key: &str, passphrase: &str, file: &[u8]) -> Answer {
    let body = json!({ "passphrase": passphrase, "file": STANDARD.encode(file) });
    app.post("/api/v1/platform-settings/restore")
        .api_key(api_key)
        .json(body)
        .send()
        .await
}

#[tokio::test]
async fn a_backup_restores_what_was_entered_even_into_another_organization() {
    let app = TestApp::start().await;
    let other = app.second_organization().await;
    let _saved = put(
        &app,
        "stripe",
        json!({ "secret_key": SECRET_KEY, "publishable_key": "pk" }),
    )
    .await
    .ok(200);
    let _saved = put(&app, "tiktok_shop", json!({ "app_key": "1", "app_secret": "two" }))
        .await
        .ok(200);
    let file = back_up(&app).await;
    let _changed = put(
        &app,
        "stripe",
        json!({ "secret_key": "another", "webhook_secret": "new" }),
    )
    .await
    .ok(200);
    for api_key in [&app.api_key, &other.api_key] {
        let restored = restore(&app, api_key, PASSPHRASE, &file).await.ok(200);
        assert_eq!(restored, json!({ "providers": ["stripe", "tiktok_shop"] }));
        let stripe = platform(&app, api_key, "stripe").await;
        assert_eq!(field(&stripe, "secret_key")["value"], "••••••••WXYZ");
        assert_eq!(field(&stripe, "publishable_key")["value"], "pk");
        assert_eq!(
            field(&stripe, "webhook_secret")["is_set"],
            false,
            "the backup held none"
        );
    }
    // What was restored can be opened: it can be backed up again.
    let _again = back_up(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn a_wrong_passphrase_or_a_changed_file_restores_nothing() {
    let app = TestApp::start().await;
    let _saved = put(&app, "stripe", json!({ "secret_key": SECRET_KEY })).await.ok(200);
    let file = back_up(&app).await;
    let _deleted = app.call("DELETE", "/api/v1/platform-settings/stripe").send().await;
    let mut changed = file.clone();
    *changed.last_mut().unwrap() ^= 1;
    let mut header = file.clone();
    header[30] ^= 1;
    for (passphrase, file) in [
        ("correct horse battery stapler", file.as_slice()),
        (PASSPHRASE, &changed),
        (PASSPHRASE, &header),
        (PASSPHRASE, &file[..file.len() - 1]),
        (PASSPHRASE, b"no backup"),
        (PASSPHRASE, b""),
    ] {
        let _refused = restore(&app, &app.api_key, passphrase, file)
            .await
            .problem(422, "backup_unreadable");
    }
    let body = json!({ "passphrase": PASSPHRASE, "file": "not base64!" });
    let answer = app.post("/api/v1/platform-settings/restore").json(body).send().await;
    let _refused = answer.problem(422, "backup_unreadable");
    assert_eq!(platform(&app, &app.api_key, "stripe").await["is_set"], false);
    let restored = restore(&app, &app.api_key, PASSPHRASE, &file).await.ok(200);
    assert_eq!(restored["providers"], json!(["stripe"]));
    app.stop().await;
}

#[tokio::test]
async fn a_passphrase_has_at_least_twelve_characters() {
    let app = TestApp::start().await;
    let body = json!({ "passphrase": "elevenchars" });
    let problem = app
        .post("/api/v1/platform-settings/backup")
        .json(body)
        .send()
        .await
        .problem(422, "out_of_bounds");
    assert_eq!((&problem["field"], &problem["min"]), (&json!("passphrase"), &json!(12)));
    app.stop().await;
}

#[tokio::test]
async fn a_restore_that_waits_for_a_row_holds_nobody_elses_entry_up() {
    let app = TestApp::start().await;
    let _saved = put(&app, "stripe", json!({ "secret_key": SECRET_KEY })).await.ok(200);
    let shop = json!({ "app_key": "1", "app_secret": "two" });
    let _saved = put(&app, "tiktok_shop", shop).await.ok(200);
    let file = back_up(&app).await;
    let (holder, watcher) = (app.admin().await, app.admin().await);
    let hold = "BEGIN; SELECT FROM platform_settings WHERE provider = 'tiktok_shop' FOR UPDATE";
    holder.batch_execute(hold).await.unwrap();
    let body = json!({ "passphrase": PASSPHRASE, "file": STANDARD.encode(&file) });
    let restoring = tokio::spawn(app.post("/api/v1/platform-settings/restore").json(body).send());
    until_blocked(&watcher, 1, &restoring).await;
    // The first platform is written. Its entry waits for the last one, and not everybody else's for it.
    let renamed = app
        .call("PATCH", "/api/v1/organization")
        .json(json!({ "name": "Meanwhile" }));
    let _done = renamed.send().await.ok(200);
    holder.batch_execute("COMMIT").await.unwrap();
    let _restored = restoring.await.unwrap().ok(200);
    app.stop().await;
}
