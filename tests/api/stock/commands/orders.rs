//! allocate, deallocate, ship

use kit::TestApp;
use serde_json::json;
use uuid::Uuid;

use super::after;

const LINE: Uuid = Uuid::from_u128(0x0190_a5e0_0000_7000_8000_0000_0000_0002);

#[tokio::test]
async fn an_order_sold_elsewhere_is_always_taken_and_what_is_missing_is_a_shortfall() {
    let app = TestApp::start().await;
    let item = app.item("LAMP", 2).await;
    let allocate = async |line: Uuid| {
        let body = json!({ "item_id": item, "order_line_id": line, "quantity": 5 });
        app.command("allocate", body).await
    };
    let allocated = allocate(LINE).await.ok(200);
    let expected = json!({ "on_hand": 2, "reserved": 0, "allocated": 5, "safety": 0, "incoming": 0, "shortfall": 3,
        "available": 0 });
    assert_eq!(after(&allocated), &expected);
    let taken = allocate(LINE).await.problem(409, "order_line_already_allocated");
    assert_eq!(taken["order_line_id"], json!(LINE));
    let more = allocate(Uuid::from_u128(7)).await.ok(200);
    assert_eq!(after(&more)["shortfall"], 8);
    app.stop().await;
}

#[tokio::test]
async fn shipping_and_deallocating_take_from_the_order_line_and_from_nothing_else() {
    let app = TestApp::start().await;
    let item = app.item("LAMP", 2).await;
    let body = json!({ "item_id": item, "order_line_id": LINE, "quantity": 5 });
    let _allocated = app.command("allocate", body).await.ok(200);
    let take = async |how: &str, quantity: Option<i64>| {
        let body = json!({ "item_id": item, "order_line_id": LINE, "quantity": quantity });
        app.command(how, body).await
    };
    let problem = take("ship", None).await.problem(409, "exceeds_on_hand");
    assert_eq!((&problem["requested"], &problem["on_hand"]), (&json!(5), &json!(2)));
    let problem = take("ship", Some(6)).await.problem(409, "exceeds_allocated");
    assert_eq!((&problem["requested"], &problem["allocated"]), (&json!(6), &json!(5)));
    let shipped = take("ship", Some(2)).await.ok(200);
    assert_eq!(
        (&after(&shipped)["on_hand"], &after(&shipped)["allocated"]),
        (&json!(0), &json!(3))
    );
    let problem = take("deallocate", Some(9)).await.problem(409, "exceeds_allocated");
    assert_eq!((&problem["requested"], &problem["allocated"]), (&json!(9), &json!(3)));
    let taken = take("deallocate", None).await.ok(200);
    assert_eq!(
        (&after(&taken)["allocated"], &after(&taken)["shortfall"]),
        (&json!(0), &json!(0))
    );
    for how in ["ship", "deallocate"] {
        let problem = take(how, None).await.problem(409, "order_line_not_allocated");
        assert_eq!(problem["order_line_id"], json!(LINE));
    }
    app.stop().await;
}
