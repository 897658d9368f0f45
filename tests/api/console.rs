//! The console as the hub serves it: a page whose scripts carry a nonce, files that never change, and nothing else.

use kit::{Answer, TestApp};

/// First parts of the console's paths, as its router has them.
const SCREENS: &str = include_str!("../../web/console/src/app/screens.json");
const ROUTER: &str = include_str!("../../web/console/src/app/router.tsx");

fn nonce(page: &Answer) -> String {
    let policy = page.header("content-security-policy").unwrap();
    let after = policy.split("script-src 'nonce-").nth(1).unwrap();
    after.split('\'').next().unwrap().to_owned()
}

#[tokio::test]
async fn every_screen_is_the_console_and_other_paths_are_not() {
    let app = TestApp::start().await;
    let screens: Vec<String> = serde_json::from_str(SCREENS).unwrap();
    assert!(screens.len() > 10);
    let below = ["/", "/stock/0192f5f0-0000-7000-8000-000000000000", "/stock/a/b"];
    for path in screens
        .iter()
        .map(|screen| format!("/{screen}"))
        .chain(below.map(str::to_owned))
    {
        let page = app.get(&path).without("authorization").send().await;
        assert_eq!(page.status(), 200, "{path}");
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
        assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
        let text = page.text();
        let scripts = text.matches("<script").count();
        let carried = text.matches(&format!("nonce=\"{}\"", nonce(&page))).count();
        assert!(carried >= scripts, "{text}");
        assert!(!text.contains("{nonce}") && text.contains("Entrepot"), "{text}");
    }
    for path in [
        "/nowhere",
        "/stocks",
        "/api/stock",
        "/assets/",
        "/assets/nothing.js",
        "/index.html",
    ] {
        let other = app.get(path).without("authorization").send().await;
        let _refused = other.problem(404, "not_found");
    }
    let written = app.call("POST", "/stock").send().await;
    assert_eq!(written.status(), 405);
    app.stop().await;
}

#[tokio::test]
async fn two_pages_never_share_a_nonce() {
    let app = TestApp::start().await;
    let page = async || app.get("/home").without("authorization").send().await;
    assert_ne!(nonce(&page().await), nonce(&page().await));
    app.stop().await;
}

#[test]
fn the_hub_and_the_router_know_the_same_screens() {
    let screens: Vec<String> = serde_json::from_str(SCREENS).unwrap();
    let routed: Vec<&str> = ROUTER
        .lines()
        .filter_map(|line| line.trim().strip_prefix("path: '/")?.strip_suffix("',"))
        .filter_map(|path| path.split('/').next().filter(|first| !first.is_empty()))
        .collect();
    for screen in &screens {
        assert!(routed.contains(&screen.as_str()), "no screen is at /{screen}");
    }
    for path in routed {
        assert!(
            screens.iter().any(|screen| screen == path),
            "the hub does not know /{path}"
        );
    }
}

/// The files that the page names, when a console was built.
fn files_of(page: &str) -> Vec<String> {
    let named = page.split("=\"/assets/").skip(1);
    named
        .filter_map(|rest| Some(format!("/assets/{}", rest.split('"').next()?)))
        .collect()
}

#[tokio::test]
async fn a_built_console_comes_compressed_and_is_kept_for_ever_and_an_unbuilt_one_says_how_to_build_it() {
    let app = TestApp::start().await;
    let page = app.get("/").without("authorization").send().await.text();
    let files = files_of(&page);
    if files.is_empty() {
        assert!(page.contains("make console"), "{page}");
    }
    for path in files {
        for (accepted, encoding) in [("gzip, br", Some("br")), ("gzip", Some("gzip")), ("identity", None)] {
            let file = app
                .get(&path)
                .without("authorization")
                .header("accept-encoding", accepted);
            let file = file.send().await;
            assert_eq!(file.status(), 200, "{path}");
            assert_eq!(
                file.header("cache-control"),
                Some("public, max-age=31536000, immutable")
            );
            assert_eq!(
                file.header("content-encoding"),
                encoding.filter(|_| !path.ends_with(".woff2")),
                "{path}"
            );
            assert_eq!(file.header("vary"), Some("Accept-Encoding"));
        }
    }
    app.stop().await;
}
