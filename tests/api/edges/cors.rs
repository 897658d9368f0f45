//! Which sites' scripts may read answers.

use kit::TestApp;

const SHOP: &str = "https://shop.example";

#[tokio::test]
async fn no_site_may_read_answers_unless_it_is_listed() {
    let app = TestApp::start().await;
    let ask = app.get("/api/v1/stock/locations").header("origin", SHOP).send().await;
    assert_eq!((ask.status(), ask.header("access-control-allow-origin")), (200, None));
    let preflight = app.call("OPTIONS", "/api/v1/stock/locations").header("origin", SHOP);
    let preflight = preflight.header("access-control-request-method", "GET").send().await;
    assert_eq!(
        (preflight.status(), preflight.header("access-control-allow-origin")),
        (405, None)
    );
    app.stop().await;
}

#[tokio::test]
async fn a_listed_site_may_and_one_that_resembles_it_may_not() {
    let app = TestApp::builder()
        .set("SERVER__CORS_ORIGINS", "https://shop.example,http://127.0.0.1:3000")
        .start()
        .await;
    let preflight = async |origin: &str| {
        let call = app.call("OPTIONS", "/api/v1/checkouts").without("authorization");
        let call = call
            .header("origin", origin)
            .header("access-control-request-method", "POST");
        let answer = call.send().await;
        let allowed = answer.header("access-control-allow-origin").map(str::to_owned);
        (answer.status(), allowed)
    };
    let read = async |origin: &str| {
        let answer = app.get("/api/v1/stock/locations").header("origin", origin).send().await;
        assert_eq!((answer.status(), answer.header("vary")), (200, Some("Origin")));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        answer.header("access-control-allow-origin").map(str::to_owned)
    };
    for origin in [SHOP, "http://127.0.0.1:3000"] {
        assert_eq!(preflight(origin).await, (204, Some(origin.to_owned())));
        assert_eq!(read(origin).await.as_deref(), Some(origin));
    }
    for stranger in [
        "https://shop.example.mallory.example",
        "https://mallory-shop.example",
        "https://shop.example:8443",
        "http://shop.example",
        "https://SHOP.example",
        "https://shop.example/",
        "https://shop.exampl",
        "null",
        "*",
        "",
    ] {
        assert_eq!(preflight(stranger).await, (405, None), "{stranger}");
        assert_eq!(read(stranger).await, None, "{stranger}");
    }
    app.stop().await;
}
