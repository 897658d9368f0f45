//! Twenty-five secrets pushed through every route that takes one and through every way it can fail. None may turn up in the
//! log (at its most talkative), in an answer, in the metrics, in any table, or in any file of the data directory. The twin
//! plants one in each of these places and demands that it is found.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kit::{Answer, Log, MailServer, MailServerRules, Quirk, TestApp};
use serde_json::{Value, json};

use super::put;

const CANARIES: usize = 25;
const SHARED: &str = "-secret-value";

/// A secret like no other text.
fn canary(number: usize) -> String {
    format!("cnry{number:02}-zq7x-{}{SHARED}", number * 7919)
}

/// How a canary may look in a sink: in clear, in hexadecimal, in base64 at each alignment.
fn looks(secret: &str) -> Vec<Vec<u8>> {
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut looks = vec![secret.as_bytes().to_vec(), hex.into_bytes()];
    for lead in 0..3 {
        let text = STANDARD.encode([vec![0; lead], secret.as_bytes().to_vec()].concat());
        // The first and last characters depend on what stands beside it.
        looks.push(text.as_bytes()[4..text.len() - 4].to_vec());
    }
    looks
}

fn hits(sink: &[u8]) -> Vec<usize> {
    let has = |look: &Vec<u8>| memchr::memmem::find(sink, look).is_some();
    // What all of them share first: most sinks hold none.
    if !looks(SHARED).iter().any(has) {
        return Vec::new();
    }
    (0..CANARIES)
        .filter(|number| looks(&canary(*number)).iter().any(has))
        .collect()
}

/// Every row of every table as text.
async fn dump(app: &TestApp) -> String {
    let client = app.admin().await;
    let tables =
        "SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'entrepot'::regnamespace AND c.relkind = 'r'";
    let mut text = String::new();
    for table in client.query(tables, &[]).await.unwrap() {
        let question = format!("SELECT t::text FROM {} AS t", table.get::<_, &str>(0));
        for row in client.query(&question, &[]).await.unwrap() {
            text.push_str(row.get(0));
            text.push('\n');
        }
    }
    assert!(
        text.contains("publishable_key") && text.contains("platform_settings.save"),
        "the dump is empty"
    );
    text
}

fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            files(&entry, found);
        } else if let Ok(bytes) = std::fs::read(&entry) {
            found.push((entry.display().to_string(), bytes));
        }
    }
}

/// Saves through every provider, twice, so that secrets are replaced too: 12 canaries.
async fn saved(app: &TestApp, port: u16) -> Vec<Answer> {
    let mut answers = Vec::new();
    for round in [0, 6] {
        let secret = |number: usize| canary(round + number);
        answers.push(
            put(
                app,
                &app.api_key,
                "shopee",
                json!({ "partner_id": "1", "partner_key": secret(0), "environment": "live" }),
            )
            .await,
        );
        answers.push(
            put(
                app,
                &app.api_key,
                "tiktok_shop",
                json!({ "app_key": "1", "app_secret": secret(1) }),
            )
            .await,
        );
        answers.push(
            put(
                app,
                &app.api_key,
                "stripe",
                json!({ "publishable_key": "pk", "secret_key": secret(2), "webhook_secret": secret(3) }),
            )
            .await,
        );
        answers.push(
            put(
                app,
                &app.api_key,
                "paypal",
                json!({ "client_id": "1", "client_secret": secret(4), "environment": "live" }),
            )
            .await,
        );
        answers.push(
            put(
                app,
                &app.api_key,
                "smtp",
                json!({ "host": "localhost", "port": port.to_string(), "security": "starttls",
            "username": "shop", "password": secret(5), "from": "a@example.com" }),
            )
            .await,
        );
    }
    answers
        .iter()
        .for_each(|answer| assert_eq!(answer.status(), 200, "{}", answer.text()));
    answers
}

/// Saves that fail: wrong field, unknown field, control characters, too long, wrong kind, no JSON, no content type, no key,
/// wrong method, and a database that breaks in the middle. Canaries 12 to 20.
async fn not_saved(app: &TestApp) -> Vec<Answer> {
    let stripe = "/api/v1/platform-settings/stripe";
    let raw = |body: String| app.call("PUT", stripe).raw(body);
    let mut answers = vec![
        put(
            app,
            &app.api_key,
            "shopee",
            json!({ "partner_id": canary(12), "environment": canary(12) }),
        )
        .await,
        put(
            app,
            &app.api_key,
            "stripe",
            json!({ canary(13): canary(13), "secret_key": canary(13) }),
        )
        .await,
        put(
            app,
            &app.api_key,
            "stripe",
            json!({ "secret_key": format!("{}\u{7}", canary(14)) }),
        )
        .await,
        put(
            app,
            &app.api_key,
            "stripe",
            json!({ "secret_key": format!("{}{}", canary(15), "x".repeat(5_000)) }),
        )
        .await,
        put(app, &app.api_key, "stripe", json!({ "secret_key": [canary(16)] })).await,
        raw(format!("{{\"fields\":{{\"secret_key\":\"{}\"", canary(17)))
            .send()
            .await,
        raw(json!({ "fields": { "secret_key": canary(18) } }).to_string())
            .without("content-type")
            .send()
            .await,
        raw(json!({ "fields": { "secret_key": canary(18) } }).to_string())
            .api_key("wrong")
            .send()
            .await,
        app.call("PATCH", stripe)
            .json(json!({ "fields": { "secret_key": canary(19) } }))
            .send()
            .await,
        app.call("PUT", "/api/v1/platform-settings/nobody")
            .json(json!({ "fields": { "x": canary(19) } }))
            .send()
            .await,
    ];
    app.admin_sql("ALTER TABLE secrets RENAME TO gone").await;
    answers.push(put(app, &app.api_key, "stripe", json!({ "secret_key": canary(20) })).await);
    app.admin_sql("ALTER TABLE gone RENAME TO secrets").await;
    app.admin_sql("ALTER TABLE secrets ADD CONSTRAINT planted CHECK (length(ciphertext) < 5) NOT VALID")
        .await;
    answers.push(put(app, &app.api_key, "stripe", json!({ "secret_key": canary(20) })).await);
    app.admin_sql("ALTER TABLE secrets DROP CONSTRAINT planted").await;
    answers
        .iter()
        .for_each(|answer| assert!(answer.status() >= 400, "{}", answer.text()));
    answers
}

/// Passphrases and files: canaries 21 to 24; and everything stored opened again for a backup, a rotation and a test against
/// a server that sends the password back.
async fn opened(app: &TestApp) -> Vec<Answer> {
    let post = async |path: &str, body: Value| app.post(path).json(body).send().await;
    let backup = post("/api/v1/platform-settings/backup", json!({ "passphrase": canary(21) })).await;
    assert_eq!(backup.status(), 200, "{}", backup.text());
    let file = STANDARD.encode(&backup.raw.body);
    let restore = "/api/v1/platform-settings/restore";
    let test = post("/api/v1/platform-settings/smtp/test", json!({})).await;
    assert_eq!(test.json()["problem"]["kind"], "sign_in_refused", "{}", test.text());
    let answers = vec![
        post(restore, json!({ "passphrase": canary(21), "file": file })).await,
        post(restore, json!({ "passphrase": canary(22), "file": file })).await,
        post(restore, json!({ "passphrase": canary(23), "file": canary(23) })).await,
        post(restore, json!({ "passphrase": canary(24), "file": STANDARD.encode(format!("entrepot-settings-backup{}", "x".repeat(200))) })).await,
        post("/api/v1/platform-settings/backup", json!({ "passphrase": [canary(24)] })).await,
        post("/api/v1/data-keys/rotate", json!({})).await,
        app.get("/api/v1/platform-settings").send().await,
        app.get("/api/v1/platform-settings/smtp/events").send().await,
        app.get("/api/v1/audit-log").send().await,
        app.get("/api/v1/audit-log/export").send().await,
        app.get("/metrics").send().await,
        test,
        backup,
    ];
    assert_eq!(answers[0].status(), 200, "{}", answers[0].text());
    answers
}

#[tokio::test]
async fn twenty_five_canaries_turn_up_nowhere() {
    let log = Log::install();
    let rules = MailServerRules {
        quirk: Quirk::Echo,
        ..MailServerRules::default()
    };
    let server = MailServer::start(rules).await;
    let pem = std::env::temp_dir().join(format!("entrepot-canaries-{}.pem", std::process::id()));
    std::fs::write(&pem, &server.authority).unwrap();
    let mut app = TestApp::builder()
        .set("SECRETS__ALLOW_PRIVATE_SMTP", true)
        .set("SECRETS__SMTP_ROOT_CERTIFICATE", pem.display())
        .unaudited()
        .start()
        .await;
    let mut answers = saved(&app, server.address.port()).await;
    answers.extend(not_saved(&app).await);
    answers.extend(opened(&app).await);
    for answer in &answers {
        let headers = format!("{:?}", answer.raw.headers);
        assert_eq!(
            hits(&answer.raw.body),
            Vec::<usize>::new(),
            "{}: {}",
            answer.asked,
            answer.text()
        );
        assert_eq!(hits(headers.as_bytes()), Vec::<usize>::new(), "{}", answer.asked);
    }
    let dumped = dump(&app).await;
    assert_eq!(hits(dumped.as_bytes()), Vec::<usize>::new());
    // Stopped in between, so that everything is on disk.
    let mut on_disk = Vec::new();
    let _took = app.restart_after(|folder| files(folder, &mut on_disk)).await;
    assert!(on_disk.len() > 500, "only {} files", on_disk.len());
    for (path, bytes) in &on_disk {
        assert_eq!(hits(bytes), Vec::<usize>::new(), "{path}");
    }
    let logged = log.bytes();
    assert!(
        String::from_utf8_lossy(&logged).contains("web.request"),
        "nothing was logged"
    );
    assert_eq!(hits(&logged), Vec::<usize>::new());

    // The twins: the same sinks, with one in each.
    tracing::trace!(secret = canary(3), "planted");
    assert_eq!(hits(&log.bytes()), [3]);
    let planted = format!(
        "UPDATE platform_settings SET fields = '{{\"x\": \"{}\"}}' WHERE provider = 'stripe'",
        canary(4)
    );
    app.admin_sql(&planted).await;
    assert_eq!(hits(dump(&app).await.as_bytes()), [4]);
    let shown = app.get("/api/v1/audit-log").send().await;
    assert_eq!(
        hits(&[shown.raw.body, STANDARD.encode(format!("ab{}", canary(5))).into_bytes()].concat()),
        [5]
    );
    let mut on_disk = Vec::new();
    let _took = app.restart_after(|folder| files(folder, &mut on_disk)).await;
    assert!(
        on_disk.iter().any(|(_, bytes)| hits(bytes).contains(&4)),
        "the files were not searched"
    );
    std::fs::remove_file(&pem).unwrap();
    app.stop().await;
}
