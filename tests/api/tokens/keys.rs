//! The keys that sign tokens.

use std::os::unix::fs::PermissionsExt as _;

use kit::TestApp;
use serde_json::Value;

use super::forge::decode;
use super::{exchange, ping};

fn key_files(app: &TestApp) -> Vec<String> {
    let folder = app.folder.join("token-keys");
    let mode = std::fs::metadata(&folder).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "others may look into {}", folder.display());
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{entry:?}");
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.retain(|name| name.ends_with(".key"));
    names.sort();
    names
}

fn key_of(pair: &Value) -> String {
    let header = pair["access_token"].as_str().unwrap().split('.').next().unwrap();
    let header: Value = serde_json::from_slice(&decode(header)).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_key_signs_for_a_month_and_is_believed_until_its_last_token_is_over() {
    let app = TestApp::start().await;
    let first = exchange(&app, &["stock:read"]).await;
    app.clock().advance(30 * 86_400 - 60);
    let last_of_the_old = exchange(&app, &["stock:read"]).await;
    assert_eq!(key_of(&first), key_of(&last_of_the_old));
    app.clock().advance(120);
    let second = exchange(&app, &["stock:read"]).await;
    assert_ne!(key_of(&first), key_of(&second));
    assert_eq!(
        (ping(&app, &last_of_the_old).await, ping(&app, &second).await),
        (204, 204)
    );
    assert_eq!(key_files(&app).len(), 2);
    app.clock().advance(31 * 86_400);
    let third = exchange(&app, &["stock:read"]).await;
    let files = key_files(&app);
    assert!(files.iter().all(|name| !name.contains(&key_of(&first))), "{files:?}");
    assert!(files.iter().any(|name| name.contains(&key_of(&third))), "{files:?}");
    app.stop().await;
}

#[tokio::test]
async fn a_file_that_is_no_key_of_ours_stops_the_start_with_its_name() {
    let mut app = TestApp::start().await;
    let name = key_files(&app).remove(0);
    let stranger = name.replacen(name.rsplit_once('-').unwrap().1, "0123456789abcdef.key", 1);
    let folder = app.folder.join("token-keys");
    let text = std::fs::read_to_string(folder.join(&name)).unwrap();
    let planted = folder.join(stranger);
    let _took = app
        .restart_after(|_| {
            // The same seed under another id: nobody may pass a key off as another.
            std::fs::write(&planted, text).unwrap();
            let keys = actors::tokens::SigningKeys::open(
                &folder,
                &actors::clock::SystemClock,
                jiff::SignedDuration::from_hours(24 * 365 * 100),
            );
            let said = keys.err().map(|error| error.to_string()).unwrap_or_default();
            assert!(
                said.contains("0123456789abcdef.key") && said.contains("is not a key"),
                "{said}"
            );
            std::fs::remove_file(&planted).unwrap();
        })
        .await;
    app.stop().await;
}
