//! The root key's file: made once with a warning to keep it, missed loudly, and never replaced by another.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use actors::clock::SystemClock;
use entrepot::vault::new_root_key;
use kit::TestApp;
use serde_json::json;

use super::put;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn the_first_start_makes_a_root_key_that_only_its_owner_can_read_and_later_starts_use_it() {
    let mut app = TestApp::start().await;
    let path = app.folder.join("root-key");
    assert_eq!(mode(&path), 0o400);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("Keep a copy"), "{text}");
    let key = text.lines().find(|line| !line.starts_with('#')).unwrap();
    assert!(key.len() == 64 && key.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let _saved = put(&app, &app.api_key, "stripe", json!({ "secret_key": "sk_live" }))
        .await
        .ok(200);
    app.restart().await;
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    let rotated = app.post("/api/v1/data-keys/rotate").send().await.ok(200);
    assert_eq!(rotated["secrets"], 1);
    app.stop().await;
}

#[tokio::test]
async fn without_its_root_key_the_vault_is_closed_and_the_hub_goes_on_selling() {
    let mut app = TestApp::start().await;
    let path = app.folder.join("root-key");
    let _saved = put(&app, &app.api_key, "stripe", json!({ "secret_key": "sk_live" }))
        .await
        .ok(200);
    let kept = fs::read(&path).unwrap();
    let changes: [&dyn Fn(&Path); 4] = [
        &|path| fs::remove_file(path).unwrap(),
        &|path| new_root_key(path, &SystemClock).unwrap(),
        &|path| fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap(),
        &|path| {
            fs::remove_file(path).unwrap();
            fs::write(path, "# nothing\n").unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(0o400)).unwrap();
        },
    ];
    for change in changes {
        let _took = app.restart_after(|_| change(&path)).await;
        let saving = put(&app, &app.api_key, "stripe", json!({ "secret_key": "sk_other" })).await;
        let problem = saving.problem(503, "vault_closed");
        assert!(
            !problem.to_string().contains("root-key"),
            "a tenant need not know where: {problem}"
        );
        let _closed = app
            .post("/api/v1/data-keys/rotate")
            .send()
            .await
            .problem(503, "vault_closed");
        // What is not secret can still be seen, and stock is sold.
        let _listed = app.get("/api/v1/platform-settings").send().await.ok(200);
        let _ready = app.get("/health/ready").send().await.ok(200);
    }
    let _took = app
        .restart_after(|_| {
            fs::remove_file(&path).unwrap();
            fs::write(&path, &kept).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
        })
        .await;
    let rotated = app.post("/api/v1/data-keys/rotate").send().await.ok(200);
    assert_eq!(rotated["secrets"], 1);
    app.stop().await;
}
