//! `entrepot secrets …` as a process, beside a hub that goes on reading secrets.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Output;

use kit::TestApp;
use serde_json::json;

use crate::harness::{program_in, turn};

fn run(app: &TestApp, arguments: &[&str]) -> Output {
    program_in(&app.folder)
        .arg("secrets")
        .args(arguments)
        .output()
        .expect("the program runs")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Whether the hub can open what is sealed: a backup opens every secret.
async fn is_readable(app: &TestApp) -> bool {
    let body = json!({ "passphrase": "correct horse battery staple" });
    let answer = app.post("/api/v1/platform-settings/backup").json(body).send().await;
    answer.status() == 200
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn root_and_data_keys_are_replaced_by_the_command_while_a_hub_runs() {
    let _turn = turn().await;
    let app = TestApp::builder().system_clock().start().await;
    let put = app.call("PUT", "/api/v1/platform-settings/stripe");
    let _saved = put
        .json(json!({ "fields": { "secret_key": "sk_test" } }))
        .send()
        .await
        .ok(200);
    let file = app.folder.join("new-root-key");
    let path = file.to_str().unwrap();

    let made = run(&app, &["new-key", path]);
    assert_eq!(made.status.code(), Some(0), "{}", said(&made));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o400);
    let key = std::fs::read_to_string(&file).unwrap();
    let again = run(&app, &["new-key", path]);
    assert_eq!(again.status.code(), Some(1));
    assert!(said(&again).contains("never overwritten"), "{}", said(&again));

    let rotated = run(&app, &["rotate-root", "--new-key-file", path]);
    assert_eq!(rotated.status.code(), Some(0), "{}", said(&rotated));
    assert!(said(&rotated).contains("1 data keys are wrapped"), "{}", said(&rotated));
    let digits = |text: &str| text.lines().find(|line| !line.starts_with('#')).unwrap().to_owned();
    let held = std::fs::read_to_string(app.folder.join("root-key")).unwrap();
    assert_eq!(digits(&held), digits(&key), "the old key has left the file");
    assert!(is_readable(&app).await);

    let rotated = run(&app, &["rotate"]);
    assert_eq!(rotated.status.code(), Some(0), "{}", said(&rotated));
    assert!(said(&rotated).contains("1 secrets are sealed"), "{}", said(&rotated));
    assert!(is_readable(&app).await);
    for output in [&made, &again, &rotated] {
        assert!(!said(output).contains(&digits(&key)), "a key was said");
    }

    // Without its root key nothing is rotated, and the status says so.
    std::fs::rename(app.folder.join("root-key"), app.folder.join("mislaid")).unwrap();
    let without = run(&app, &["rotate"]);
    assert_eq!(without.status.code(), Some(1), "{}", said(&without));
    app.stop().await;
}
