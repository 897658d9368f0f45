//! Tickets, origins, handshakes.

use kit::{Browser, PUBLIC_URL, Screen, TestApp};

async fn started() -> (TestApp, Browser) {
    let app = TestApp::start().await;
    let browser = Browser::invited(&app, "mei@example.com", "viewer").await;
    (app, browser)
}

async fn refused(app: &TestApp, ticket: &str, origin: Option<&str>) -> (u16, String) {
    let refused = Screen::with_ticket(app, ticket, origin).await.err().expect("a refusal");
    (refused.status, refused.code)
}

#[tokio::test]
async fn a_ticket_opens_one_socket_and_no_second() {
    let (app, browser) = started().await;
    let ticket = Screen::ticket(&app, &browser).await;
    assert_eq!(ticket.len(), 64);
    let _open = Screen::with_ticket(&app, &ticket, Some(PUBLIC_URL))
        .await
        .expect("a socket");
    let unusable = (401, "ticket_unusable".to_owned());
    assert_eq!(refused(&app, &ticket, Some(PUBLIC_URL)).await, unusable);
    assert_eq!(refused(&app, "", Some(PUBLIC_URL)).await, unusable);
    assert_eq!(refused(&app, &"0".repeat(64), Some(PUBLIC_URL)).await, unusable);
}

#[tokio::test]
async fn a_ticket_is_good_for_half_a_minute() {
    let (app, browser) = started().await;
    let (early, late) = (
        Screen::ticket(&app, &browser).await,
        Screen::ticket(&app, &browser).await,
    );
    app.clock().advance(29);
    let _open = Screen::with_ticket(&app, &early, Some(PUBLIC_URL))
        .await
        .expect("a socket");
    app.clock().advance(1);
    assert_eq!(refused(&app, &late, Some(PUBLIC_URL)).await.1, "ticket_unusable");
}

#[tokio::test]
async fn only_our_own_pages_open_a_socket() {
    let (app, browser) = started().await;
    let ticket = Screen::ticket(&app, &browser).await;
    for origin in [
        None,
        Some("null"),
        Some("https://evil.example"),
        Some("https://hub.test.evil.example"),
        Some("https://hub.test:444"),
        Some("http://hub.test"),
        Some("https://HUB.test"),
        Some("https://hub.test/"),
    ] {
        assert_eq!(
            refused(&app, &ticket, origin).await,
            (403, "cross_site".to_owned()),
            "{origin:?}"
        );
    }
    // A page that was refused has not used the ticket up.
    let _open = Screen::with_ticket(&app, &ticket, Some(PUBLIC_URL))
        .await
        .expect("a socket");
}

#[tokio::test]
async fn a_listed_site_opens_one_too() {
    let app = TestApp::builder()
        .set("LIVE__ORIGINS", "https://office.example")
        .start()
        .await;
    let browser = Browser::invited(&app, "mei@example.com", "viewer").await;
    let ticket = Screen::ticket(&app, &browser).await;
    assert_eq!(refused(&app, &ticket, Some("https://office.exampl")).await.0, 403);
    let _open = Screen::with_ticket(&app, &ticket, Some("https://office.example"))
        .await
        .expect("a socket");
}

#[tokio::test]
async fn tickets_are_given_to_signed_in_people_who_ask_from_our_pages() {
    let (app, browser) = started().await;
    let path = "/api/v1/live/tickets";
    assert_eq!(Browser::default().call(&app, "POST", path).send().await.status(), 401);
    assert_eq!(app.post(path).send().await.status(), 401, "a machine has no screen");
    let foreign = browser
        .call(&app, "POST", path)
        .without("origin")
        .header("origin", "https://evil.example");
    assert_eq!(foreign.send().await.status(), 403);
    assert_eq!(
        browser
            .call(&app, "POST", path)
            .without("x-csrf-token")
            .send()
            .await
            .status(),
        403
    );
}

#[tokio::test]
async fn asking_for_a_ticket_does_not_keep_a_session_alive() {
    let (app, browser) = started().await;
    let minutes = 70;
    app.clock().advance(minutes * 60);
    let _ticket = Screen::ticket(&app, &browser).await;
    app.clock().advance(minutes * 60);
    let answer = browser.call(&app, "POST", "/api/v1/live/tickets").send().await;
    assert_eq!(answer.status(), 401, "two hours without use");
}

#[tokio::test]
async fn what_does_not_ask_for_a_websocket_is_told_so() {
    let (app, browser) = started().await;
    let ticket = Screen::ticket(&app, &browser).await;
    let path = format!("/api/v1/live?ticket={ticket}");
    let upgrade = |call: kit::Call| {
        call.header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
            .header("origin", PUBLIC_URL)
    };
    let plain = app.get(&path).send().await;
    let _problem = plain.problem(400, "not_a_websocket");
    let versions = [("sec-websocket-version", "12"), ("sec-websocket-version", "x")];
    for (name, value) in versions {
        let call = upgrade(app.get(&path))
            .header(name, value)
            .header("sec-websocket-protocol", "entrepot.live.v1");
        assert_eq!(call.send().await.status(), 400, "{name}: {value}");
    }
    let no_language = upgrade(app.get(&path)).header("sec-websocket-version", "13");
    assert_eq!(no_language.send().await.status(), 400);
    let other_path = upgrade(app.get("/api/v1/stock/items")).header("sec-websocket-version", "13");
    assert_eq!(other_path.send().await.status(), 200, "other paths answer as ever");
}
