//! Bounds: how many sockets, how large, how slow.

use kit::{Browser, PUBLIC_URL, Screen, TestApp, until};
use serde_json::json;

#[tokio::test]
async fn a_person_has_so_many_sockets_and_closing_one_makes_room() {
    let app = TestApp::builder().set("LIVE__SOCKETS_PER_PERSON", "2").start().await;
    let browser = Browser::invited(&app, "mei@example.com", "viewer").await;
    let (first, _second) = (Screen::open(&app, &browser).await, Screen::open(&app, &browser).await);
    assert_eq!(turned_away(&app, &browser).await, 4029);
    let other = Browser::invited(&app, "noor@example.com", "viewer").await;
    let _theirs = Screen::open(&app, &other).await;
    drop(first);
    until("room for another socket", async || {
        let ticket = Screen::ticket(&app, &browser).await;
        let mut again = Screen::with_ticket(&app, &ticket, Some(PUBLIC_URL)).await.ok().unwrap();
        again.heard_or_closed().await.is_ok()
    })
    .await;
}

/// The code with which one socket too many is closed. It is not welcomed first: its client would come back at once.
async fn turned_away(app: &TestApp, browser: &Browser) -> u16 {
    let ticket = Screen::ticket(app, browser).await;
    let mut screen = Screen::with_ticket(app, &ticket, Some(PUBLIC_URL)).await.ok().unwrap();
    screen.closed().await.0
}

#[tokio::test]
async fn an_address_has_so_many_sockets() {
    let app = TestApp::builder().set("LIVE__SOCKETS_PER_ADDRESS", "1").start().await;
    let browser = Browser::invited(&app, "mei@example.com", "viewer").await;
    let other = Browser::invited(&app, "noor@example.com", "viewer").await;
    let _first = Screen::open(&app, &browser).await;
    assert_eq!(turned_away(&app, &other).await, 4029);
}

#[tokio::test]
async fn a_socket_follows_so_many_topics() {
    let app = TestApp::start().await;
    let browser = Browser::invited(&app, "mei@example.com", "viewer").await;
    let mut screen = Screen::open(&app, &browser).await;
    for n in 0..64 {
        let item = app.item(&format!("ITEM-{n}"), 0).await;
        let _subscribed = screen.subscribe(&format!("item:{item}")).await;
    }
    screen.say(json!({ "type": "subscribe", "topic": "stock" })).await;
    assert_eq!(screen.hear_type("problem").await["code"], "too_many_topics");
}

#[tokio::test]
async fn a_large_message_is_refused_before_it_is_read() {
    let app = TestApp::start().await;
    let browser = Browser::invited(&app, "mei@example.com", "viewer").await;
    let mut screen = Screen::open(&app, &browser).await;
    screen.say_text(&"x".repeat(16 * 1024)).await;
    assert_eq!(screen.hear().await["code"], "malformed");
    screen.say_text(&"x".repeat(16 * 1024 + 1)).await;
    assert_eq!(screen.closed().await.0, 1009);
}

#[tokio::test]
async fn too_many_messages_a_second_are_misuse() {
    let app = TestApp::start().await;
    let browser = Browser::invited(&app, "mei@example.com", "viewer").await;
    let mut screen = Screen::open(&app, &browser).await;
    for _ in 0..250 {
        screen.say(json!({ "type": "unsubscribe", "topic": "stock" })).await;
    }
    assert_eq!(screen.closed().await.0, 1008);
}

#[tokio::test]
async fn a_screen_that_reads_and_never_answers_is_closed_and_catches_up() {
    let app = TestApp::start().await;
    let browser = Browser::invited(&app, "mei@example.com", "viewer").await;
    let item = app.item("SHIRT", 100_000).await;
    let mut screen = Screen::open(&app, &browser).await;
    screen.acks = false;
    let subscribed = screen.subscribe(&format!("item:{item}")).await;
    for n in 0..300 {
        let body = json!({ "item_id": item, "location_id": app.location(), "delta": 1, "reason": "found" });
        let done = app.command("adjust", body).await;
        assert_eq!(done.status(), 200, "{n}: {}", done.text());
    }
    let mut last = 0;
    while last < 256 {
        let message = screen.hear().await;
        if message["type"] == "delta" {
            last += 1;
            assert_eq!(message["seq"], last);
        }
    }
    assert!(screen.is_quiet_but_for_pings().await, "the 257th waits for an answer");
    app.clock().advance(11);
    assert_eq!(screen.closed().await.0, 4008);
    let mut again = Screen::open(&app, &browser).await;
    let resumed = again.resume(&format!("item:{item}"), &subscribed["epoch"], last).await;
    assert_eq!((&resumed["recovered"], &resumed["missed"]), (&json!(true), &json!(44)));
    for seq in 257..=300 {
        assert_eq!(again.hear_type("delta").await["seq"], seq);
    }
}

#[tokio::test]
async fn a_slow_screen_sees_the_newest_stock_in_one_message() {
    let app = TestApp::start().await;
    let browser = Browser::invited(&app, "mei@example.com", "viewer").await;
    let item = app.item("SHIRT", 0).await;
    let mut screen = Screen::open(&app, &browser).await;
    let subscribed = screen.subscribe("stock").await;
    let mut other = Screen::open(&app, &browser).await;
    let _subscribed = other.subscribe("stock").await;
    drop(screen);
    let mut head = 0;
    for n in 1..=5 {
        let body = json!({ "item_id": item, "location_id": app.location(), "counted": n * 10 });
        let _counted = app.command("count", body).await.ok(200);
        head = other.hear_type("delta").await["seq"].as_u64().unwrap();
    }
    let mut again = Screen::open(&app, &browser).await;
    let resumed = again.resume("stock", &subscribed["epoch"], 0).await;
    assert_eq!(
        (&resumed["recovered"], &resumed["missed"], &resumed["seq"]),
        (&json!(true), &json!(head), &json!(head))
    );
    let delta = again.hear_type("delta").await;
    assert_eq!((&delta["from"], &delta["seq"]), (&json!(1), &json!(head)));
    assert_eq!(delta["data"].as_array().unwrap().len(), 1);
    assert_eq!(delta["data"][0]["on_hand"], 50);
}

#[tokio::test]
async fn an_unanswered_ping_closes_an_idle_socket_and_an_answered_one_does_not() {
    let app = TestApp::start().await;
    let browser = Browser::invited(&app, "mei@example.com", "viewer").await;
    let (mut mute, mut alive) = (Screen::open(&app, &browser).await, Screen::open(&app, &browser).await);
    mute.acks = false;
    app.clock().advance(26);
    assert_eq!(mute.hear().await["type"], "ping");
    alive.acks = false;
    let ping = alive.hear().await;
    alive.say(json!({ "type": "ack", "window": ping["window"] })).await;
    assert!(alive.hears_nothing().await);
    app.clock().advance(24);
    app.clock().advance(6);
    assert_eq!(mute.closed().await.0, 4008);
    alive.acks = true;
    assert!(alive.hears_nothing().await);
}

#[tokio::test]
async fn stopping_says_when_to_come_back_and_closes_with_1001() {
    let mut app = TestApp::start().await;
    let browser = Browser::invited(&app, "mei@example.com", "viewer").await;
    let mut screen = Screen::open(&app, &browser).await;
    let _subscribed = screen.subscribe("stock").await;
    app.restart().await;
    let reconnect = screen.hear_type("reconnect").await;
    assert!(
        (1..=20_500).contains(&reconnect["after_ms"].as_u64().unwrap()),
        "{reconnect}"
    );
    assert_eq!(screen.closed().await.0, 1001);
    let ticket = Screen::ticket(&app, &browser).await;
    let _open = Screen::with_ticket(&app, &ticket, Some(PUBLIC_URL))
        .await
        .expect("a socket");
}
