//! Security headers on every answer, whatever it says.

use kit::{Answer, TestApp};
use web::ROUTES;

/// What every answer must say.
const EVERYWHERE: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
];

/// What an answer lacks.
fn missing(answer: &Answer, is_https: bool) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, value) in EVERYWHERE {
        if answer.header(name) != Some(value) {
            faults.push(format!("{}: {name} is {:?}", answer.asked, answer.header(name)));
        }
    }
    let says = |name: &str, part: &str| answer.header(name).is_some_and(|value| value.contains(part));
    for part in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
        if !says("content-security-policy", part) {
            faults.push(format!("{}: the policy lacks {part}", answer.asked));
        }
    }
    if !says("permissions-policy", "camera=()") {
        faults.push(format!("{}: no permissions policy", answer.asked));
    }
    if says("strict-transport-security", "max-age=63072000; includeSubDomains") != is_https {
        faults.push(format!("{}: HSTS", answer.asked));
    }
    for twice in answer.raw.headers.iter().filter(|(name, _)| name != "vary") {
        if answer.raw.headers.iter().filter(|(name, _)| *name == twice.0).count() > 1 {
            faults.push(format!("{}: {} is there twice", answer.asked, twice.0));
        }
    }
    faults
}

async fn answers(app: &TestApp) -> Vec<Answer> {
    let mut answers = Vec::new();
    for (method, path) in ROUTES {
        let method = method.to_uppercase();
        answers.push(app.call(&method, path).send().await);
        answers.push(app.call(&method, path).without("authorization").send().await);
        answers.push(app.call("PATCH", path).send().await);
    }
    let others = [
        "/",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/api/openapi.json",
        "/api/errors",
    ];
    let pages = [
        "/api/docs/",
        "/api/docs/swagger-ui.css",
        "/api/docs/nothing",
        "/nowhere",
        "/api/v1/nowhere",
    ];
    for path in others.into_iter().chain(pages) {
        answers.push(app.get(path).without("authorization").send().await);
    }
    answers
}

#[tokio::test]
async fn every_answer_of_every_route_tells_browsers_what_they_may_not_do() {
    let app = TestApp::builder()
        .set("SERVER__PUBLIC_URL", "https://hub.example")
        .start()
        .await;
    let answers = answers(&app).await;
    assert!(answers.len() > 3 * ROUTES.len());
    let mut faults: Vec<String> = answers.iter().flat_map(|answer| missing(answer, true)).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    // The twin: an answer that lacks any one of them is noticed.
    let mut stripped = answers[0].clone();
    while let Some(at) = stripped.raw.headers.iter().position(|(name, _)| {
        EVERYWHERE.iter().any(|(known, _)| name == known) || name.ends_with("policy") || name.starts_with("strict")
    }) {
        let taken = stripped.raw.headers.remove(at);
        faults = missing(&stripped, true);
        assert!(!faults.is_empty(), "nobody misses {taken:?}");
    }
    app.stop().await;
}

#[tokio::test]
async fn browsers_are_told_to_insist_on_tls_only_where_there_is_some() {
    let app = TestApp::builder().set("SERVER__PUBLIC_URL", "").start().await;
    let live = app.get("/health/live").send().await;
    assert_eq!(missing(&live, false), Vec::<String>::new());
    app.stop().await;
}

#[tokio::test]
async fn the_documentation_page_runs_its_own_scripts_by_a_nonce_that_is_never_the_same() {
    let app = TestApp::start().await;
    let mut nonces = Vec::new();
    for path in ["/api/docs/", "/api/docs/", "/api/docs/index.html"] {
        let page = app.get(path).without("authorization").send().await;
        let policy = page.header("content-security-policy").unwrap().to_owned();
        let nonce = policy
            .split("script-src 'nonce-")
            .nth(1)
            .unwrap()
            .split('\'')
            .next()
            .unwrap()
            .to_owned();
        assert!(nonce.len() >= 22, "{policy}");
        let text = page.text();
        let scripts = text.matches("<script").count();
        assert_eq!(
            scripts,
            text.matches(&format!("<script nonce=\"{nonce}\" src=")).count(),
            "{text}"
        );
        assert!(scripts >= 3 && !text.contains("{nonce}"));
        for forbidden in ["unsafe-eval", "script-src 'self'", "script-src 'unsafe-inline'", "*"] {
            assert!(!policy.contains(forbidden), "{policy}");
        }
        for file in [
            "swagger-ui-bundle.js",
            "swagger-ui-standalone-preset.js",
            "swagger-initializer.js",
        ] {
            assert!(text.contains(file));
            let script = app
                .get(&format!("/api/docs/{file}"))
                .without("authorization")
                .send()
                .await;
            assert_eq!(script.status(), 200, "{file}");
        }
        nonces.push(nonce);
    }
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), 3, "a nonce came twice");
    app.stop().await;
}
