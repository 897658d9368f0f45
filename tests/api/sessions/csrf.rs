//! What another site can make a browser send.

use kit::{Browser, Call, PUBLIC_URL, TestApp};
use serde_json::json;

const FOREIGN: &[&str] = &[
    "https://evil.example",
    "null",
    "",
    "http://hub.test",
    "https://hub.test.evil.example",
    "https://evil-hub.test",
    "https://hub.test:8443",
    "https://HUB.TEST",
];

/// A write with the cookie and the right token, but no word about where it comes from.
fn write(app: &TestApp, mei: &Browser) -> Call {
    let call = mei.post(app, "/api/v1/stock/items", json!({ "sku": "STOLEN" }));
    call.without("origin")
}

#[tokio::test]
async fn a_write_with_a_cookie_needs_our_origin_and_the_token() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, "mei@example.com", "Lamps").await;
    let _missing = write(&app, &mei).send().await.problem(403, "cross_site");
    for origin in FOREIGN {
        let _foreign = write(&app, &mei)
            .header("origin", *origin)
            .send()
            .await
            .problem(403, "cross_site");
        let both = write(&app, &mei)
            .header("origin", *origin)
            .header("sec-fetch-site", "same-origin");
        let _foreign = both.send().await.problem(403, "cross_site");
    }
    for site in ["cross-site", "same-site", "none"] {
        let _foreign = write(&app, &mei)
            .header("sec-fetch-site", site)
            .send()
            .await
            .problem(403, "cross_site");
    }
    let no_token = write(&app, &mei).header("origin", PUBLIC_URL).without("x-csrf-token");
    let _refused = no_token.send().await.problem(403, "cross_site");
    let another = Browser::sign_in(&app, "mei@example.com").await.csrf.unwrap();
    let anothers = write(&app, &mei)
        .header("origin", PUBLIC_URL)
        .without("x-csrf-token")
        .header("x-csrf-token", another);
    let _refused = anothers.send().await.problem(403, "cross_site");
    let form = write(&app, &mei)
        .header("origin", PUBLIC_URL)
        .without("content-type")
        .header("content-type", "text/plain");
    let _refused = form.send().await.problem(415, "unsupported_media_type");
    let listed = mei.get(&app, "/api/v1/stock/items").send().await.ok(200);
    assert_eq!(listed["items"], json!([]));
    let _ours = write(&app, &mei)
        .header("sec-fetch-site", "same-origin")
        .send()
        .await
        .ok(201);
    app.stop().await;
}

#[tokio::test]
async fn another_site_cannot_sign_a_browser_in() {
    let app = TestApp::start().await;
    let _mei = Browser::sign_up(&app, "mei@example.com", "Lamps").await;
    let body = json!({ "email": "mei@example.com", "password": Browser::PASSWORD });
    for origin in FOREIGN {
        let call = Browser::default()
            .post(&app, "/api/v1/sessions", body.clone())
            .without("origin");
        let _refused = call.header("origin", *origin).send().await.problem(403, "cross_site");
    }
    app.stop().await;
}

#[tokio::test]
async fn an_api_key_needs_neither_and_a_cookie_beside_it_counts_for_nothing() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, "mei@example.com", "Lamps").await;
    let _made = app
        .post("/api/v1/stock/items")
        .json(json!({ "sku": "LAMP" }))
        .send()
        .await
        .ok(201);
    let wrong = mei
        .get(&app, "/api/v1/stock/items")
        .header("authorization", "Bearer ek_wrong");
    let _refused = wrong.send().await.problem(401, "unauthenticated");
    let own = mei
        .get(&app, "/api/v1/people/me")
        .header("authorization", format!("Bearer {}", app.api_key));
    let _not_a_person = own.send().await.problem(401, "unauthenticated");
    app.stop().await;
}
