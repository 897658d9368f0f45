//! How often who may ask.

use kit::{Answer, TestApp};
use serde_json::json;

/// How many of so many requests are let through before one is told to come back.
async fn let_through(most: usize, mut ask: impl AsyncFnMut() -> Answer) -> usize {
    for n in 0..most {
        let answer = ask().await;
        if answer.status() == 429 {
            let problem = answer.problem(429, "rate_limited");
            let seconds = problem["retry_after_seconds"].to_string();
            assert_eq!(answer.header("retry-after"), Some(seconds.as_str()));
            return n;
        }
    }
    most
}

/// A key of the first organization that follows the settings.
async fn ordinary_key(app: &TestApp) {
    app.admin_sql("UPDATE api_keys SET requests_per_minute = NULL").await;
}

#[tokio::test]
async fn a_key_may_read_as_often_as_the_settings_say_and_its_neighbour_as_often_again() {
    let app = TestApp::builder()
        .set("LIMITS__READ_PER_MINUTE", 30)
        .set("LIMITS__WRITE_PER_MINUTE", 7)
        .start()
        .await;
    let other = app.second_organization().await;
    let [one, two] = [exchange(&app, &app.api_key).await, exchange(&app, &other.api_key).await];
    ordinary_key(&app).await;
    let read = async |token: &str| {
        let_through(100, async || {
            app.get("/api/v1/stock/locations").api_key(token).send().await
        })
        .await
    };
    let write =
        async |token: &str| let_through(100, async || app.post("/api/v1/ping").api_key(token).send().await).await;
    assert_eq!((read(&one).await, write(&one).await), (30, 7));
    assert_eq!((read(&two).await, write(&two).await), (30, 7));
    app.clock().advance(10);
    assert_eq!((read(&one).await, write(&one).await), (5, 1));
    app.stop().await;
}

/// A token of this key: memory does not know it yet, so it follows what the database says now.
async fn exchange(app: &TestApp, key: &str) -> String {
    let call = app
        .post("/api/v1/tokens")
        .api_key(key)
        .json(json!({ "scopes": ["stock:read", "checkouts:write"] }));
    call.send().await.ok(201)["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_first_key_has_no_limit_and_a_key_may_have_one_of_its_own() {
    let app = TestApp::builder()
        .set("LIMITS__READ_PER_MINUTE", 3)
        .set("LIMITS__CHECKOUT_PER_MINUTE", 3)
        .start()
        .await;
    let read = async |key: &str| {
        let_through(50, async || {
            app.get("/api/v1/stock/locations").api_key(key).send().await
        })
        .await
    };
    assert_eq!(read(&app.api_key).await, 50);
    let token = exchange(&app, &app.api_key).await;
    app.admin_sql("UPDATE api_keys SET requests_per_minute = 11").await;
    assert_eq!(read(&token).await, 11);
    let checkout = app
        .post("/api/v1/checkouts")
        .api_key(&token)
        .json(json!({ "lines": [] }));
    let _all_classes_together = checkout.send().await.problem(429, "rate_limited");
    app.stop().await;
}

#[tokio::test]
async fn an_address_may_try_to_sign_in_so_often_whatever_it_says_about_itself() {
    let app = TestApp::builder().set("LIMITS__SIGN_IN_PER_MINUTE", 5).start().await;
    let mut n = 0;
    let tries = let_through(50, async || {
        n += 1;
        let call = app.post("/api/v1/tokens/refresh").without("authorization");
        let call = call.header("x-forwarded-for", format!("203.0.113.{n}"));
        call.header("forwarded", format!("for=203.0.113.{n}"))
            .json(json!({ "refresh_token": n.to_string() }))
            .send()
            .await
    });
    assert_eq!(tries.await, 5);
    app.clock().advance(12);
    let again = app
        .post("/api/v1/tokens/refresh")
        .json(json!({ "refresh_token": "x" }))
        .send()
        .await;
    assert_eq!(again.status(), 401);
    app.stop().await;
}

#[tokio::test]
async fn a_trusted_proxy_says_who_asks_and_the_stranger_before_it_cannot() {
    let app = TestApp::builder()
        .set("LIMITS__SIGN_IN_PER_MINUTE", 5)
        .set("SERVER__TRUSTED_PROXIES", "127.0.0.0/8")
        .start()
        .await;
    let try_from = async |forwarded: &str| {
        let call = app.post("/api/v1/tokens/refresh").header("x-forwarded-for", forwarded);
        call.json(json!({ "refresh_token": "x" })).send().await
    };
    let mut n = 0;
    let tries = let_through(50, async || {
        n += 1;
        try_from(&format!("198.51.100.{n}, 203.0.113.7")).await
    });
    assert_eq!(tries.await, 5);
    assert_eq!(try_from("203.0.113.7").await.status(), 429);
    assert_eq!(try_from("203.0.113.8").await.status(), 401);
    app.stop().await;
}

#[tokio::test]
async fn guessing_keys_is_bounded_by_address_before_the_database_is_asked() {
    let app = TestApp::builder().set("LIMITS__LOOKUP_PER_MINUTE", 20).start().await;
    let mut n = 0;
    let tries = let_through(100, async || {
        n += 1;
        app.post("/api/v1/ping").api_key(&format!("ek_guess_{n}")).send().await
    });
    // One look-up was the kit's own, with the right key, which memory knows now and which goes on.
    assert_eq!(tries.await, 19);
    assert_eq!(app.post("/api/v1/ping").send().await.status(), 204);
    app.stop().await;
}

#[tokio::test]
async fn guessing_sessions_is_bounded_by_address_before_the_database_is_asked() {
    let app = TestApp::builder().set("LIMITS__LOOKUP_PER_MINUTE", 20).start().await;
    let mut n = 0;
    let tries = let_through(100, async || {
        n += 1;
        let cookie = format!("__Host-entrepot={n:064x}");
        let call = app.get("/api/v1/people/me").without("authorization");
        call.header("cookie", cookie).send().await
    });
    // One look-up was the kit's own, of its key.
    assert_eq!(tries.await, 19);
    app.stop().await;
}

#[tokio::test]
async fn operators_pages_are_limited_by_address() {
    let app = TestApp::builder().set("LIMITS__OPERATORS_PER_MINUTE", 4).start().await;
    let pages = ["/metrics", "/health/live", "/api/docs/", "/api/openapi.json"];
    let mut n = 0;
    let tries = let_through(50, async || {
        n += 1;
        app.get(pages[n % pages.len()]).without("authorization").send().await
    });
    assert_eq!(tries.await, 4);
    assert_eq!(app.post("/api/v1/ping").send().await.status(), 204);
    app.stop().await;
}
