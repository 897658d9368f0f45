//! What stands around every request: headers, other sites, limits.

mod cors;
mod headers;
mod limits;

#[tokio::test]
async fn a_path_with_escapes_reaches_no_route_and_so_no_other_limit() {
    let app = kit::TestApp::start().await;
    for path in ["/api/v1/%73essions", "/%61pi/v1/ping", "/api/v1/ping%2f"] {
        let asked = app.post(path).json(serde_json::json!({})).send().await;
        let _unknown = asked.problem(404, "not_found");
    }
    app.stop().await;
}
