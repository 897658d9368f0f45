//! An authenticator's secret is sealed for its person: moved, it does not open; with a new root key, it still does.

use actors::clock::SystemClock;
use actors::vault::{RootKeys, Vault};
use entrepot::settings::Settings;
use entrepot::vault::{add_root_key, forget_old_root_keys, new_root_key, root_key_source};
use kit::{Browser, TestApp};
use storage::{Engine, Identities, Tenants};

use super::{ANN, MEI};

#[tokio::test]
async fn a_secret_moved_to_another_persons_row_does_not_open_there() {
    let app = TestApp::start().await;
    let (mei, ann) = (
        Browser::sign_up(&app, MEI, "Lamps").await,
        Browser::sign_up(&app, ANN, "Shades").await,
    );
    let (_, meis_codes) = mei.enrol_totp(&app).await;
    let (anns, _) = ann.enrol_totp(&app).await;
    app.clock().advance(30);
    // Ann writes her own secret into Mei's row.
    app.admin_sql(
        "UPDATE totp_secrets t SET ciphertext = s.ciphertext, nonce = s.nonce FROM totp_secrets s JOIN people p ON p.id = s.person_id
         WHERE p.email = 'ann@example.com' AND t.person_id <> s.person_id",
    )
    .await;
    let ticket = Browser::first_half(&app, MEI).await;
    let _refused = Browser::second_half(&app, &ticket, &anns.code(&app))
        .await
        .problem(500, "secret_refused");
    // Mei still has her other ways.
    let _in = Browser::second_half(&app, &ticket, &meis_codes[0]).await.ok(201);
    app.stop().await;
}

#[tokio::test]
async fn codes_are_taken_before_and_after_the_root_key_was_replaced() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let (phone, _) = mei.enrol_totp(&app).await;
    let sealed = async || {
        let question = "SELECT ciphertext, root_key_id FROM totp_secrets";
        let row = app.admin().await.query_one(question, &[]).await.unwrap();
        (row.get::<_, Vec<u8>>(0), row.get::<_, Vec<u8>>(1))
    };
    let before = sealed().await;
    let pairs = [("ENTREPOT__DATA_DIR".to_owned(), app.folder.display().to_string())];
    let settings = Settings::load(None, pairs.into_iter()).unwrap();
    let new = app.folder.join("new-root-key");
    new_root_key(&new, &SystemClock).unwrap();
    add_root_key(&settings, &new).unwrap();
    let engine = Engine::new(&app.database).unwrap();
    let roots = RootKeys::open(root_key_source(&settings)).unwrap();
    let vault = Vault::open_with(roots, &engine, std::sync::Arc::new(SystemClock))
        .await
        .unwrap();
    let (tenants, identities) = (
        Tenants::new(&app.database).unwrap(),
        Identities::new(&app.database).unwrap(),
    );
    vault.rotate_root_key(&tenants, &identities, &engine).await.unwrap();
    forget_old_root_keys(&settings).unwrap();
    let after = sealed().await;
    assert!(before.0 != after.0 && before.1 != after.1);
    app.clock().advance(30);
    let ticket = Browser::first_half(&app, MEI).await;
    let _in = Browser::second_half(&app, &ticket, &phone.code(&app)).await.ok(201);
    // What was put back from before does not open: its key is gone.
    let row = format!("decode('{}', 'hex')", hex(&before.0));
    app.admin_sql(&format!("UPDATE totp_secrets SET ciphertext = {row}"))
        .await;
    app.clock().advance(30);
    let ticket = Browser::first_half(&app, MEI).await;
    let _refused = Browser::second_half(&app, &ticket, &phone.code(&app))
        .await
        .problem(500, "secret_refused");
    app.stop().await;
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
