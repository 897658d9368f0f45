//! What topics tell, and to whom.

use kit::{Browser, Screen, TestApp};
use serde_json::{Value, json};
use uuid::Uuid;

async fn with_item() -> (TestApp, Browser, Uuid) {
    let app = TestApp::start().await;
    let browser = Browser::invited(&app, "mei@example.com", "staff").await;
    let item = app.item("SHIRT-M", 10).await;
    (app, browser, item)
}

async fn reserve(app: &TestApp, item: Uuid, quantity: i64) {
    let body = json!({ "item_id": item, "quantity": quantity, "hold_seconds": 600 });
    let _done = app.command("reserve", body).await.ok(200);
}

#[tokio::test]
async fn a_command_is_seen_by_every_screen_with_the_totals_it_left() {
    let (app, browser, item) = with_item().await;
    let mut screens = [Screen::open(&app, &browser).await, Screen::open(&app, &browser).await];
    for screen in &mut screens {
        let subscribed = screen.subscribe("stock").await;
        assert_eq!(subscribed["recovered"], false);
        assert_eq!(subscribed["snapshot"], Value::Null);
    }
    reserve(&app, item, 3).await;
    for screen in &mut screens {
        let delta = screen.hear().await;
        assert_eq!(
            (&delta["type"], &delta["from"], &delta["seq"]),
            (&json!("delta"), &json!(1), &json!(1))
        );
        let row = &delta["data"][0];
        let expected = json!({
            "item_id": item, "sku": "SHIRT-M", "on_hand": 10, "reserved": 3, "allocated": 0, "safety": 0, "available": 7,
            "incoming": 0, "shortfall": 0, "reorder_point": null, "is_low": false, "at": row["at"],
        });
        assert_eq!(*row, expected);
        assert_eq!(app.totals(item).await["available"], row["available"]);
    }
}

#[tokio::test]
async fn an_items_topic_shows_movements_exactly_as_its_ledger_does() {
    let (app, browser, item) = with_item().await;
    let mut screen = Screen::open(&app, &browser).await;
    let _subscribed = screen.subscribe(&format!("item:{item}")).await;
    reserve(&app, item, 2).await;
    let delta = screen.hear_type("delta").await;
    let ledger = app
        .get(&format!("/api/v1/stock/items/{item}/movements?limit=1"))
        .send()
        .await;
    assert_eq!(delta["data"], ledger.ok(200)["movements"]);
}

#[tokio::test]
async fn alerts_tell_of_crossings_and_of_nothing_else() {
    let (app, browser, item) = with_item().await;
    let set = json!({ "item_id": item, "reorder_point": 5 });
    let _set = app.command("set-reorder-point", set).await.ok(200);
    let mut screen = Screen::open(&app, &browser).await;
    let _subscribed = screen.subscribe("alerts").await;
    reserve(&app, item, 1).await;
    reserve(&app, item, 4).await;
    reserve(&app, item, 1).await;
    let low = screen.hear_type("delta").await;
    let alert = &low["data"][0];
    assert_eq!((&alert["kind"], &alert["available"]), (&json!("low"), &json!(5)));
    assert_eq!(alert["sku"], "SHIRT-M");
    let line = Uuid::from_u128(7);
    let body = json!({ "item_id": item, "quantity": 20, "order_line_id": line });
    let _sold = app.command("allocate", body).await.ok(200);
    let short = screen.hear_type("delta").await;
    assert_eq!(
        (&short["data"][0]["kind"], &short["from"]),
        (&json!("shortfall"), &json!(2))
    );
    let body = json!({ "item_id": item, "location_id": app.location(), "counted": 100 });
    let _counted = app.command("count", body).await.ok(200);
    let mut kinds = Vec::new();
    for _ in 0..2 {
        let delta = screen.hear_type("delta").await;
        kinds.push(delta["data"][0]["kind"].as_str().unwrap().to_owned());
    }
    kinds.sort();
    assert_eq!(kinds, ["no_longer_low", "no_longer_short"]);
    assert!(screen.hears_nothing().await);
}

#[tokio::test]
async fn metrics_tell_of_ones_own_organization_once_a_second() {
    let (app, browser, item) = with_item().await;
    let mut screen = Screen::open(&app, &browser).await;
    let subscribed = screen.subscribe("metrics").await;
    assert_eq!(subscribed["recovered"], false);
    let mut reserved = 0.0;
    while reserved == 0.0 {
        reserve(&app, item, 1).await;
        let delta = screen.hear_type("delta").await;
        let sample = &delta["data"][0];
        assert_eq!(sample["sockets"], 1);
        reserved = sample["reservations_per_s"].as_f64().unwrap();
    }
}

#[tokio::test]
async fn another_organizations_screens_hear_nothing_and_cannot_ask() {
    let (app, browser, item) = with_item().await;
    let stranger = Browser::sign_up(&app, "eve@example.com", "Elsewhere").await;
    let mut theirs = Screen::open(&app, &stranger).await;
    let mut ours = Screen::open(&app, &browser).await;
    for topic in ["stock", "alerts"] {
        let _subscribed = theirs.subscribe(topic).await;
        let _subscribed = ours.subscribe(topic).await;
    }
    theirs
        .say(json!({ "type": "subscribe", "topic": format!("item:{item}") }))
        .await;
    let unknown = theirs.hear_type("problem").await;
    assert_eq!(unknown["code"], "not_found");
    let _subscribed = ours.subscribe(&format!("item:{item}")).await;
    // Known to the hub by now, but not as theirs.
    theirs
        .say(json!({ "type": "subscribe", "topic": format!("item:{item}") }))
        .await;
    assert_eq!(theirs.hear_type("problem").await["code"], "not_found");
    reserve(&app, item, 3).await;
    let _delta = ours.hear_type("delta").await;
    let _delta = ours.hear_type("delta").await;
    assert!(theirs.hears_nothing().await);
}

#[tokio::test]
async fn a_refused_command_moves_nothing_and_an_expiry_does() {
    let (app, browser, item) = with_item().await;
    let mut screen = Screen::open(&app, &browser).await;
    let _subscribed = screen.subscribe("stock").await;
    let body = json!({ "item_id": item, "quantity": 99, "hold_seconds": 60 });
    assert_eq!(app.command("reserve", body).await.status(), 409);
    let body = json!({ "item_id": item, "quantity": 4, "hold_seconds": 60 });
    let _done = app.command("reserve", body).await.ok(200);
    let delta = screen.hear_type("delta").await;
    assert_eq!((&delta["seq"], &delta["data"][0]["available"]), (&json!(1), &json!(6)));
    app.clock().advance(61);
    let delta = screen.hear_type("delta").await;
    assert_eq!((&delta["seq"], &delta["data"][0]["available"]), (&json!(2), &json!(10)));
}

#[tokio::test]
async fn nonsense_is_answered_and_much_nonsense_is_closed() {
    let (app, browser, _item) = with_item().await;
    let mut screen = Screen::open(&app, &browser).await;
    for text in [
        "",
        "{",
        "[]",
        "null",
        "{}",
        r#"{"type":"publish","topic":"stock"}"#,
        r#"{"type":"subscribe"}"#,
    ] {
        screen.say_text(text).await;
        assert_eq!(screen.hear().await["code"], "malformed", "{text}");
    }
    screen
        .say(json!({ "type": "subscribe", "topic": "stock", "seq": 1 }))
        .await;
    assert_eq!(screen.hear().await["code"], "malformed");
    for topic in ["orders", "probe", "item:1", "../stock"] {
        screen.say(json!({ "type": "subscribe", "topic": topic })).await;
        let problem = screen.hear().await;
        assert_eq!(
            (&problem["code"], &problem["topic"]),
            (&json!("unknown_topic"), &json!(topic))
        );
    }
    for _ in 0..14 {
        screen.say_text("nonsense").await;
    }
    assert_eq!(screen.closed().await.0, 1008);
}
