//! reserve, extend, confirm, release

use kit::{TestApp, until};
use serde_json::json;
use uuid::Uuid;

use super::after;

const HOLD: Uuid = Uuid::from_u128(0x0190_a5e0_0000_7000_8000_0000_0000_0001);
const LINE: Uuid = Uuid::from_u128(0x0190_a5e0_0000_7000_8000_0000_0000_0002);

#[tokio::test]
async fn reserving_answers_with_the_movement_and_refuses_with_the_numbers() {
    let app = TestApp::start().await;
    let item = app.item("LAMP", 10).await;
    let path = "/api/v1/stock/commands/reserve";
    let body = json!({ "item_id": item, "quantity": 3, "hold_seconds": 60 });
    let reserved = app.post(path).key(HOLD).json(body).send().await.ok(200);
    let movement = &reserved["movements"][0];
    let expected = json!({
        "command_id": HOLD, "item_id": item,
        "movements": [{
            "shard": movement["shard"], "seq": movement["seq"], "at": "2026-01-01T00:00:00Z", "kind": "reserved",
            "quantity": 3, "location_id": app.location(), "command_id": HOLD, "asked_by": movement["asked_by"],
            "reservation_id": HOLD, "order_line_id": null, "expires_at": "2026-01-01T00:01:00Z", "reason": null,
            "after": { "on_hand": 10, "reserved": 3, "allocated": 0, "safety": 0, "incoming": 0, "shortfall": 0,
                "available": 7 }
        }]
    });
    assert_eq!(reserved, expected);
    let refused = app.command("reserve", json!({ "item_id": item, "quantity": 8 })).await;
    let expected = json!({
        "type": "/api/errors#out_of_stock", "title": "Fewer units can be promised than were asked for", "status": 409,
        "code": "out_of_stock", "detail": "8 requested, 7 available",
        "advice": "Ask for at most `available` units.", "requested": 8, "available": 7, "item_id": item
    });
    assert_eq!(refused.problem(409, "out_of_stock"), expected);
    let nowhere = json!({ "item_id": item, "quantity": 1, "location_id": LINE });
    let refused = app.command("reserve", nowhere).await.problem(422, "location_unknown");
    assert_eq!(refused["location_id"], json!(LINE));
    app.stop().await;
}

#[tokio::test]
async fn a_quantity_and_a_hold_have_bounds_that_the_refusal_names() {
    let app = TestApp::start().await;
    let item = app.item("LAMP", 10).await;
    let reserve = async |quantity: i64, hold: i64| {
        let body = json!({ "item_id": item, "quantity": quantity, "hold_seconds": hold });
        app.command("reserve", body).await.problem(422, "out_of_bounds")
    };
    for quantity in [0, -1, 1_000_000_001, i64::MAX, i64::MIN] {
        let problem = reserve(quantity, 60).await;
        assert_eq!(
            [&problem["field"], &problem["min"], &problem["max"]],
            [&json!("quantity"), &json!(1), &json!(1_000_000_000)]
        );
    }
    for hold in [0, -1, 86_401, i64::MAX] {
        let problem = reserve(1, hold).await;
        assert_eq!(
            [&problem["field"], &problem["min"], &problem["max"]],
            [&json!("hold_seconds"), &json!(1), &json!(86_400)]
        );
    }
    app.stop().await;
}

#[tokio::test]
async fn extending_moves_a_deadline_later_and_never_earlier() {
    let app = TestApp::start().await;
    let item = app.item("LAMP", 10).await;
    let body = json!({ "item_id": item, "quantity": 3, "hold_seconds": 60 });
    let reserve = app.post("/api/v1/stock/commands/reserve").key(HOLD).json(body);
    let _reserved = reserve.send().await.ok(200);
    app.clock().advance(30);
    let extend = async |seconds: i64| {
        let body = json!({ "item_id": item, "reservation_id": HOLD, "hold_seconds": seconds });
        app.command("extend", body).await
    };
    assert_eq!(
        extend(60).await.ok(200)["movements"][0]["expires_at"],
        "2026-01-01T00:01:30Z"
    );
    assert_eq!(
        extend(1).await.ok(200)["movements"][0]["expires_at"],
        "2026-01-01T00:01:30Z"
    );
    app.clock().advance(60);
    let late = extend(60).await;
    assert_eq!(late.status(), 409);
    // Whichever comes first: this command, or the deadline's own.
    let code = late.any_problem()["code"].clone();
    assert!(
        code == "reservation_expired" || code == "reservation_not_open",
        "{code}"
    );
    app.clock().advance(10);
    until("the units are back", async || app.totals(item).await["available"] == 10).await;
    let _closed = extend(60).await.problem(409, "reservation_not_open");
    app.stop().await;
}

#[tokio::test]
async fn confirming_turns_a_reservation_into_an_allocation_once() {
    let app = TestApp::start().await;
    let item = app.item("LAMP", 10).await;
    for hold in [HOLD, LINE] {
        let body = json!({ "item_id": item, "quantity": 3 });
        let _reserved = app
            .post("/api/v1/stock/commands/reserve")
            .key(hold)
            .json(body)
            .send()
            .await
            .ok(200);
    }
    let confirm = async |hold: Uuid| {
        let body = json!({ "item_id": item, "reservation_id": hold, "order_line_id": LINE });
        app.command("confirm", body).await
    };
    let confirmed = confirm(HOLD).await.ok(200);
    assert_eq!(confirmed["movements"][0]["order_line_id"], json!(LINE));
    assert_eq!(
        (&after(&confirmed)["reserved"], &after(&confirmed)["allocated"]),
        (&json!(3), &json!(3))
    );
    let again = confirm(HOLD).await.problem(409, "reservation_not_open");
    assert_eq!(again["reservation_id"], json!(HOLD));
    let taken = confirm(LINE).await.problem(409, "order_line_already_allocated");
    assert_eq!(taken["order_line_id"], json!(LINE));
    app.stop().await;
}

#[tokio::test]
async fn releasing_gives_the_units_back_once() {
    let app = TestApp::start().await;
    let item = app.item("LAMP", 10).await;
    let body = json!({ "item_id": item, "quantity": 10 });
    let _reserved = app
        .post("/api/v1/stock/commands/reserve")
        .key(HOLD)
        .json(body)
        .send()
        .await
        .ok(200);
    let release = async || {
        app.command("release", json!({ "item_id": item, "reservation_id": HOLD }))
            .await
    };
    let released = release().await.ok(200);
    assert_eq!(
        (&after(&released)["reserved"], &after(&released)["available"]),
        (&json!(0), &json!(10))
    );
    let again = release().await.problem(409, "reservation_not_open");
    assert_eq!(again["detail"], format!("reservation {HOLD} is not open"));
    app.stop().await;
}
