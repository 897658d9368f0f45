//! set-reorder-point, set-safety, set-backorder

use kit::TestApp;
use serde_json::{Value, json};

const MOST: i64 = 1_000_000_000_000;

#[tokio::test]
async fn a_reorder_point_makes_an_item_low_and_null_switches_it_off() {
    let app = TestApp::start().await;
    let item = app.item("LAMP", 5).await;
    let set = async |units: Value| {
        app.command("set-reorder-point", json!({ "item_id": item, "reorder_point": units }))
            .await
    };
    let low = async || {
        let read = app.get(&format!("/api/v1/stock/items/{item}")).send().await.ok(200);
        (read["reorder_point"].clone(), read["is_low"].clone())
    };
    let movement = &set(json!(5)).await.ok(200)["movements"][0];
    assert_eq!(
        (&movement["location_id"], &movement["after"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(low().await, (json!(5), json!(true)));
    let _set = set(json!(4)).await.ok(200);
    assert_eq!(low().await, (json!(4), json!(false)));
    let _off = set(Value::Null).await.ok(200);
    assert_eq!(low().await, (Value::Null, json!(false)));
    let problem = set(json!(-1)).await.problem(422, "out_of_bounds");
    assert_eq!([&problem["min"], &problem["max"]], [&json!(0), &json!(MOST)]);
    app.stop().await;
}

#[tokio::test]
async fn safety_stock_is_not_for_sale() {
    let app = TestApp::start().await;
    let item = app.item("LAMP", 5).await;
    let set = async |units: i64| {
        let body = json!({ "item_id": item, "location_id": app.location(), "safety": units });
        app.command("set-safety", body).await
    };
    let _set = set(4).await.ok(200);
    let problem = app.command("reserve", json!({ "item_id": item, "quantity": 2 })).await;
    assert_eq!(problem.problem(409, "out_of_stock")["available"], 1);
    let problem = set(-1).await.problem(422, "out_of_bounds");
    assert_eq!([&problem["field"], &problem["max"]], [&json!("safety"), &json!(MOST)]);
    app.stop().await;
}

#[tokio::test]
async fn a_backorder_limit_lets_so_many_units_be_promised_beyond_stock() {
    let app = TestApp::start().await;
    let item = app.item("LAMP", 2).await;
    let set = async |limit: i64| {
        app.command("set-backorder", json!({ "item_id": item, "limit": limit }))
            .await
    };
    let reserve = async |quantity: i64| {
        app.command("reserve", json!({ "item_id": item, "quantity": quantity }))
            .await
    };
    let _set = set(3).await.ok(200);
    assert_eq!(reserve(6).await.problem(409, "out_of_stock")["available"], 5);
    assert_eq!(reserve(5).await.ok(200)["movements"][0]["after"]["shortfall"], 3);
    assert_eq!(reserve(1).await.problem(409, "out_of_stock")["available"], 0);
    let problem = set(-1).await.problem(422, "out_of_bounds");
    assert_eq!([&problem["min"], &problem["max"]], [&json!(0), &json!(MOST)]);
    app.stop().await;
}
