//! The socket's document.

use kit::{TestApp, workspace};

#[test]
fn the_checked_in_document_is_what_the_code_says() {
    let checked_in = std::fs::read_to_string(workspace().join("docs/asyncapi.json")).unwrap_or_default();
    // As values: a library of the tests makes objects keep another order of keys.
    let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    assert!(
        value(&checked_in).is_some_and(|document| Some(document) == value(&web::asyncapi_json())),
        "docs/asyncapi.json is not what the code says; run `make asyncapi` and check the difference in"
    );
}

#[tokio::test]
async fn the_document_is_served_and_the_counts_are_shown() {
    let app = TestApp::start().await;
    let served = app.get("/api/asyncapi.json").without("authorization").send().await;
    assert_eq!((served.status(), served.text()), (200, web::asyncapi_json()));
    let metrics = app.get("/metrics").without("authorization").send().await.text();
    for name in [
        "entrepot_live_sockets 0",
        "entrepot_live_deliveries_total",
        "entrepot_live_slow_closes_total",
    ] {
        assert!(metrics.contains(name), "{name} is missing in\n{metrics}");
    }
}
