//! What the log of a real process says about callers who are refused, and what callers cannot make it say.

use kit::exchange;
use serde_json::{Value, json};

use crate::harness::{Home, Hub, turn, until};

/// A request as it stands on the wire.
fn raw(hub: &Hub, (method, path): (&str, &str), headers: &str, body: &str) -> Vec<u8> {
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}",
        hub.address
    );
    let length = body.len();
    format!("{head}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes()
}

/// What callers send who want to write the log themselves: ends of lines, terminals' commands, the end of a JSON text, length.
fn corpus(hub: &Hub) -> Vec<Vec<u8>> {
    let forged = "2026-01-01T00:00:00Z ERROR FORGED";
    let breakout = r#"\",\"level\":\"FORGED\",\"x\":\""#;
    let long = "a".repeat(60_000);
    let mut all = vec![
        raw(hub, ("GET", "/api/v1/%0d%0aFORGED"), "", ""),
        raw(hub, ("GET", "/api/v1/\u{1b}[2JFORGED"), "", ""),
        raw(hub, ("GET", r#"/api/v1/","level":"FORGED"#), "", ""),
        raw(
            hub,
            (
                "GET",
                &format!("/api/v1/stock/items?after=%0a{}", forged.replace(' ', "+")),
            ),
            "",
            "",
        ),
        raw(hub, ("GET", &format!("/{long}")), "", ""),
    ];
    for value in [
        "\u{1b}[31mFORGED",
        r#"","level":"FORGED"#,
        "\u{85}FORGED",
        "\u{2028}FORGED",
        &long,
    ] {
        for name in [
            "X-Request-Id",
            "User-Agent",
            "X-Forwarded-For",
            "Origin",
            "Authorization",
            "Cookie",
        ] {
            all.push(raw(
                hub,
                ("POST", "/api/v1/sessions"),
                &format!("{name}: {value}\r\n"),
                "{}",
            ));
        }
    }
    for email in [
        &format!("a\\r\\n{forged}@example.com"),
        breakout,
        "\\u001b[31mFORGED@example.com",
    ] {
        let body = format!(r#"{{"email":"{email}","password":"x"}}"#);
        all.push(raw(hub, ("POST", "/api/v1/sessions"), "", &body));
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_are_logged_and_nothing_that_is_sent_makes_a_line_of_its_own() {
    let _turn = turn().await;
    let home = Home::make().await;
    for format in ["json", "text"] {
        let settings = [
            ("ENTREPOT__LOG__FORMAT", format),
            ("ENTREPOT__LOG__FILTER", "web=debug,info"),
            ("ENTREPOT__LIMITS__SIGN_IN_PER_MINUTE", "0"),
        ];
        let hub = Hub::start_with(&home, &settings).await;
        let unknown = json!({ "email": "nobody@example.com", "password": "no such password" }).to_string();
        let refused = [
            raw(&hub, ("POST", "/api/v1/sessions"), "", &unknown),
            raw(
                &hub,
                ("GET", "/api/v1/members"),
                "Authorization: Bearer ek_nobodys\r\n",
                "",
            ),
            raw(
                &hub,
                ("POST", "/api/v1/sessions"),
                "Origin: https://evil.example\r\n",
                &unknown,
            ),
        ];
        for request in refused {
            let _answer = exchange(hub.address, request).await;
        }
        for request in corpus(&hub) {
            let _answer = exchange(hub.address, request).await;
        }
        let is_whole = async || hub.log_count("access.refused") >= 3;
        until("the refusals are logged", std::time::Duration::from_secs(10), is_whole).await;
        let log = hub.log();
        for code in ["sign_in_refused", "unauthenticated", "cross_site"] {
            assert!(log.contains(code), "{code} is missing in\n{log}");
        }
        assert!(
            !log.contains("nobody@example.com") && !log.contains("ek_nobodys"),
            "{log}"
        );
        for line in log.lines() {
            check(format, line);
        }
        hub.kill();
    }
}

/// A line is an event of ours, whole, and moves nobody's cursor.
fn check(format: &str, line: &str) {
    assert!(!line.chars().any(char::is_control), "{line:?}");
    assert!(line.len() < 70_000, "a line of {} characters", line.len());
    let levels = ["DEBUG", "INFO", "WARN", "ERROR"];
    let level = if format == "json" {
        let event: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        event["level"].as_str().unwrap().to_owned()
    } else {
        line.split_whitespace().nth(1).unwrap_or_default().to_owned()
    };
    assert!(levels.contains(&level.as_str()), "{line}");
    let begins_well = line.starts_with("20") || line.starts_with("{\"timestamp\":\"20");
    assert!(begins_well && !line.starts_with("2026-01-01"), "{line}");
}
