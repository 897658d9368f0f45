//! Testing a mail server: every way it can end, against a server of the kit's that speaks the protocol.

use actors::connections::{ConnectionTest as _, Entered, SmtpConnectionTest, SmtpRules, TESTS_AT_ONCE};
use domain::platform_settings::ProblemKind;
use kit::{MailServer, MailServerRules, Quirk, TestApp, fresh_folder, remove_folder, until};
use serde_json::{Value, json};

use super::{platform, put};

const PASSWORD: &str = "a password of some length";

fn rules(is_tls: bool, quirk: Quirk) -> MailServerRules {
    MailServerRules {
        is_tls,
        account: ("shop".to_owned(), PASSWORD.to_owned()),
        sender: "shop@example.com".to_owned(),
        quirk,
    }
}

fn settings(port: u16, security: &str) -> Value {
    json!({ "host": "localhost", "port": port.to_string(), "security": security, "username": "shop",
        "password": PASSWORD, "from": "shop@example.com" })
}

async fn result_of(app: &TestApp, fields: Value) -> Value {
    let _saved = put(app, "smtp", fields).await.ok(200);
    app.post("/api/v1/platform-settings/smtp/test").send().await.ok(200)
}

fn kind(result: &Value) -> &str {
    result["problem"]["kind"].as_str().unwrap_or("working")
}

/// A hub that may name this machine's servers and trusts the authority of `server`.
async fn trusting(server: &MailServer) -> TestApp {
    let folder = fresh_folder();
    let pem = folder.join("authority.pem");
    std::fs::write(&pem, &server.authority).unwrap();
    let app = TestApp::builder()
        .set("SECRETS__ALLOW_PRIVATE_SMTP", true)
        .set("SECRETS__SMTP_ROOT_CERTIFICATE", pem.display())
        .start()
        .await;
    remove_folder(&folder);
    app
}

#[tokio::test]
async fn a_right_name_and_password_work_over_starttls_and_a_wrong_one_is_told_from_a_wrong_sender() {
    let server = MailServer::start(rules(false, Quirk::None)).await;
    let port = server.address.port();
    let app = trusting(&server).await;
    let result = result_of(&app, settings(port, "starttls")).await;
    assert_eq!(
        (&result["status"], &result["is_current"]),
        (&json!("working"), &json!(true)),
        "{result}"
    );
    assert_eq!(
        server.heard(),
        ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RSET", "QUIT"]
    );
    let shown = platform(&app, &app.api_key, "smtp").await;
    assert_eq!(
        (&shown["status"], shown["tested_at"].is_null()),
        (&json!("working"), false),
        "{shown}"
    );
    for (name, wrong, expected) in [
        ("password", "wrong", "sign_in_refused"),
        ("username", "nobody", "sign_in_refused"),
        ("from", "else@example.com", "sender_refused"),
    ] {
        let mut fields = settings(port, "starttls");
        fields[name] = json!(wrong);
        let result = result_of(&app, fields).await;
        assert_eq!(kind(&result), expected, "{result}");
        assert!(!result["problem"]["advice"].as_str().unwrap().is_empty());
    }
    let shown = platform(&app, &app.api_key, "smtp").await;
    assert_eq!(
        (&shown["status"], &shown["problem"]["kind"]),
        (&json!("failing"), &json!("sender_refused"))
    );
    let history = app.get("/api/v1/platform-settings/smtp/events").send().await.ok(200);
    assert_eq!(
        history["events"].as_array().unwrap().len(),
        8,
        "four times saved and tested: {history}"
    );
    // Whatever changes makes the result old.
    let saved = put(&app, "smtp", settings(port, "starttls")).await.ok(200);
    assert_eq!(
        (&saved["status"], &saved["problem"]),
        (&json!("untested"), &Value::Null)
    );
    app.stop().await;
}

#[tokio::test]
async fn tls_from_the_first_byte_works_too_and_so_does_the_login_mechanism() {
    let server = MailServer::start(rules(true, Quirk::LoginOnly)).await;
    let app = trusting(&server).await;
    let result = result_of(&app, settings(server.address.port(), "tls")).await;
    assert_eq!(kind(&result), "working", "{result}");
    app.stop().await;
}

#[tokio::test]
async fn every_way_a_mail_server_can_fail_has_its_own_words() {
    let trusted = MailServer::start(rules(false, Quirk::WrongName)).await;
    let app = trusting(&trusted).await;
    let wrong_name = result_of(&app, settings(trusted.address.port(), "starttls")).await;
    assert_eq!(kind(&wrong_name), "certificate_refused", "{wrong_name}");
    assert!(
        wrong_name["problem"]["what"].as_str().unwrap().contains("another name"),
        "{wrong_name}"
    );
    for (is_tls, quirk, security, expected) in [
        (false, Quirk::None, "starttls", "certificate_refused"),
        (true, Quirk::None, "tls", "certificate_refused"),
        (false, Quirk::None, "tls", "tls_failed"),
        (false, Quirk::NoStarttls, "starttls", "starttls_missing"),
        (false, Quirk::Http, "starttls", "not_understood"),
        (false, Quirk::Busy, "starttls", "temporarily_refused"),
    ] {
        let server = MailServer::start(rules(is_tls, quirk.clone())).await;
        let result = result_of(&app, settings(server.address.port(), security)).await;
        assert_eq!(kind(&result), expected, "{quirk:?} {security}: {result}");
    }
    let gone = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let result = result_of(&app, settings(gone, "starttls")).await;
    assert_eq!(kind(&result), "connection_refused", "{result}");
    let mut nowhere = settings(587, "starttls");
    nowhere["host"] = json!("no-such-host.invalid");
    assert_eq!(kind(&result_of(&app, nowhere).await), "host_unknown");
    app.stop().await;
}

#[tokio::test]
async fn a_server_without_encryption_or_sign_in_is_tested_as_it_is() {
    let open = MailServer::start(rules(false, Quirk::NoSignIn)).await;
    let app = trusting(&open).await;
    let port = open.address.port();
    let result = result_of(&app, settings(port, "starttls")).await;
    assert_eq!(kind(&result), "sign_in_missing", "{result}");
    let _deleted = app.call("DELETE", "/api/v1/platform-settings/smtp").send().await;
    let relay =
        json!({ "host": "localhost", "port": port.to_string(), "security": "none", "from": "shop@example.com" });
    assert_eq!(kind(&result_of(&app, relay).await), "working");
    app.stop().await;
}

#[tokio::test]
async fn a_tenant_cannot_send_the_hub_into_the_operators_network() {
    let server = MailServer::start(rules(false, Quirk::None)).await;
    let app = TestApp::start().await;
    let port = server.address.port();
    for (host, port) in [
        ("localhost", 25),
        ("127.0.0.1", 587),
        ("::1", 587),
        ("10.0.0.1", 25),
        ("192.168.0.1", 465),
        ("169.254.169.254", 25),
        ("::ffff:127.0.0.1", 25),
        ("0.0.0.0", 25),
        ("localhost", port),
        ("8.8.8.8", 22),
        ("8.8.8.8", 5432),
    ] {
        let mut fields = settings(port, "starttls");
        fields["host"] = json!(host);
        assert_eq!(kind(&result_of(&app, fields).await), "host_forbidden", "{host}:{port}");
    }
    assert_eq!(server.heard(), Vec::<String>::new());
    app.stop().await;
    // The twin: the operator allows it, and the very same server is reached; the metadata address still is not.
    let app = trusting(&server).await;
    assert_eq!(kind(&result_of(&app, settings(port, "starttls")).await), "working");
    let mut metadata = settings(80, "starttls");
    metadata["host"] = json!("169.254.169.254");
    assert_eq!(kind(&result_of(&app, metadata).await), "host_forbidden");
    app.stop().await;
}

#[tokio::test]
async fn what_cannot_be_tested_yet_says_so() {
    let app = TestApp::start().await;
    let path = "/api/v1/platform-settings/stripe/test";
    let _nothing = app.post(path).send().await.problem(404, "not_found");
    let _saved = put(&app, "stripe", json!({ "secret_key": "sk" })).await.ok(200);
    let _later = app.post(path).send().await.problem(409, "connection_test_unavailable");
    app.stop().await;
}

#[tokio::test]
async fn a_server_that_never_says_a_word_is_given_up_in_time() {
    let server = MailServer::start(rules(false, Quirk::Silent)).await;
    let test = SmtpConnectionTest::new(SmtpRules {
        allow_private: true,
        extra_root: None,
        within: Some(std::time::Duration::from_millis(200)),
    });
    let fields = settings(server.address.port(), "starttls");
    let plain = fields.as_object().unwrap().iter();
    let entered = Entered {
        plain: plain
            .filter(|(name, _)| *name != "password")
            .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
            .collect(),
        secrets: std::collections::BTreeMap::new(),
    };
    let problem = test.run(&entered).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::TimedOut);
}

#[tokio::test]
async fn a_server_whose_greeting_has_no_end_is_not_heard_out() {
    for (is_tls, security) in [(false, "starttls"), (true, "tls")] {
        let server = MailServer::start(rules(is_tls, Quirk::Endless)).await;
        let app = trusting(&server).await;
        let result = result_of(&app, settings(server.address.port(), security)).await;
        // Whoever hears it out gives up by the time: `timed_out`, with whatever arrived until then in memory.
        assert_eq!(kind(&result), "not_understood", "{security}: {result}");
        app.stop().await;
    }
}

#[tokio::test]
async fn only_so_many_connections_are_tested_at_once_and_the_next_is_told_to_come_back() {
    let server = MailServer::start(rules(false, Quirk::Silent)).await;
    let app = trusting(&server).await;
    let _saved = put(&app, "smtp", settings(server.address.port(), "starttls"))
        .await
        .ok(200);
    let test = || app.post("/api/v1/platform-settings/smtp/test").send();
    let mut asked: Vec<_> = (0..=TESTS_AT_ONCE).map(|_| tokio::spawn(test())).collect();
    // All but one wait for a server that never says a word.
    let mut refused = None;
    until("a refusal", async || {
        refused = asked.iter().position(tokio::task::JoinHandle::is_finished);
        refused.is_some()
    })
    .await;
    let refused = asked.swap_remove(refused.unwrap());
    let _busy = refused.await.unwrap().problem(503, "busy");
    assert!(!asked.iter().any(tokio::task::JoinHandle::is_finished));
    for one in asked {
        one.abort();
    }
    app.stop().await;
}
