//! expect, receive, adjust, count, transfer

use kit::TestApp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::after;

const NOWHERE: Uuid = Uuid::from_u128(0x0190_a5e0_0000_7000_8000_0000_0000_0009);
const MOST: i64 = 1_000_000_000_000;

#[tokio::test]
async fn what_arrives_fulfils_what_was_expected_first() {
    let app = TestApp::start().await;
    let item = app.item("LAMP", 0).await;
    let move_in = async |how: &str, quantity: i64| {
        let body = json!({ "item_id": item, "location_id": app.location(), "quantity": quantity });
        after(&app.command(how, body).await.ok(200)).clone()
    };
    let expected = move_in("expect", 5).await;
    assert_eq!((&expected["incoming"], &expected["on_hand"]), (&json!(5), &json!(0)));
    let received = move_in("receive", 3).await;
    assert_eq!((&received["incoming"], &received["on_hand"]), (&json!(2), &json!(3)));
    let received = move_in("receive", 10).await;
    assert_eq!((&received["incoming"], &received["on_hand"]), (&json!(0), &json!(13)));
    app.stop().await;
}

#[tokio::test]
async fn adjusting_adds_or_takes_with_a_reason_and_never_below_nothing() {
    let app = TestApp::start().await;
    let item = app.item("LAMP", 3).await;
    let adjust = async |delta: i64| {
        let body = json!({ "item_id": item, "location_id": app.location(), "delta": delta, "reason": "damaged" });
        app.command("adjust", body).await
    };
    let adjusted = adjust(-1).await.ok(200);
    assert_eq!(
        (
            &adjusted["movements"][0]["reason"],
            &adjusted["movements"][0]["quantity"]
        ),
        (&json!("damaged"), &json!(-1))
    );
    assert_eq!(after(&adjusted)["on_hand"], 2);
    let problem = adjust(-5).await.problem(409, "exceeds_on_hand");
    assert_eq!((&problem["requested"], &problem["on_hand"]), (&json!(5), &json!(2)));
    let problem = adjust(MOST).await.problem(422, "out_of_bounds");
    assert_eq!((&problem["field"], &problem["max"]), (&json!("on_hand"), &json!(MOST)));
    let _huge = adjust(i64::MIN).await.problem(422, "out_of_bounds");
    assert_eq!(app.totals(item).await["on_hand"], 2);
    app.stop().await;
}

#[tokio::test]
async fn an_adjustment_by_zero_is_refused() {
    let app = TestApp::start().await;
    let item = app.item("LAMP", 3).await;
    let body = json!({ "item_id": item, "location_id": app.location(), "delta": 0, "reason": "found" });
    let problem = app.command("adjust", body).await.problem(422, "out_of_bounds");
    assert_eq!(problem["item_id"], json!(item));
    app.stop().await;
}

#[tokio::test]
async fn counting_states_what_is_there() {
    let app = TestApp::start().await;
    let item = app.item("LAMP", 3).await;
    let count = async |counted: i64| {
        let body = json!({ "item_id": item, "location_id": app.location(), "counted": counted });
        app.command("count", body).await
    };
    let counted = count(1).await.ok(200);
    assert_eq!(counted["movements"][0]["quantity"], -2);
    assert_eq!(after(&counted)["on_hand"], 1);
    assert_eq!(after(&count(0).await.ok(200))["on_hand"], 0);
    for wrong in [-1, MOST + 1] {
        let problem = count(wrong).await.problem(422, "out_of_bounds");
        assert_eq!(
            [&problem["field"], &problem["min"], &problem["max"]],
            [&json!("counted"), &json!(0), &json!(MOST)]
        );
    }
    app.stop().await;
}

#[tokio::test]
async fn a_transfer_moves_units_that_are_promised_to_nobody() {
    let app = TestApp::start().await;
    let item = app.item("LAMP", 10).await;
    let main = json!(app.location());
    let created = app
        .post("/api/v1/stock/locations")
        .json(json!({ "name": "Annex" }))
        .send()
        .await;
    let annex = created.ok(201)["id"].clone();
    let _held = app
        .command("reserve", json!({ "item_id": item, "quantity": 4 }))
        .await
        .ok(200);
    let transfer = async |from: &Value, to: &Value, quantity: i64| {
        let body = json!({ "item_id": item, "from_location_id": from, "to_location_id": to, "quantity": quantity });
        app.command("transfer", body).await
    };
    let moved = transfer(&main, &annex, 5).await.ok(200);
    let kinds = [&moved["movements"][0]["kind"], &moved["movements"][1]["kind"]];
    assert_eq!(kinds, [&json!("transferred_out"), &json!("transferred_in")]);
    assert_eq!(moved["movements"][0]["after"]["on_hand"], 5);
    assert_eq!(
        (&after(&moved)["on_hand"], app.totals(item).await["on_hand"].clone()),
        (&json!(5), json!(10))
    );
    let problem = transfer(&main, &annex, 2).await.problem(409, "out_of_stock");
    assert_eq!((&problem["requested"], &problem["available"]), (&json!(2), &json!(1)));
    let _same = transfer(&annex, &annex, 1).await.problem(422, "same_location");
    let problem = transfer(&main, &json!(NOWHERE), 1)
        .await
        .problem(422, "location_unknown");
    assert_eq!(problem["location_id"], json!(NOWHERE));
    app.stop().await;
}
