//! Every command twice: the same key and body give the first answer and one effect, another body is a mistake.

use futures_util::future::join_all;
use kit::TestApp;
use serde_json::{Value, json};
use uuid::Uuid;

/// Ids by number, so that a table of bodies can name them.
fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0190_a5e0_0000_7000_8000_0000_0000_0000 + n)
}

/// Every command with a body that succeeds, in this order; 1 and 2 are open reservations, 3 and 4 order lines.
fn commands(item: Uuid, main: Uuid, annex: &Value) -> Vec<(&'static str, Value)> {
    vec![
        ("reserve", json!({ "item_id": item, "quantity": 1 })),
        (
            "extend",
            json!({ "item_id": item, "reservation_id": id(1), "hold_seconds": 900 }),
        ),
        (
            "confirm",
            json!({ "item_id": item, "reservation_id": id(1), "order_line_id": id(3) }),
        ),
        ("release", json!({ "item_id": item, "reservation_id": id(2) })),
        (
            "allocate",
            json!({ "item_id": item, "order_line_id": id(4), "quantity": 5 }),
        ),
        (
            "deallocate",
            json!({ "item_id": item, "order_line_id": id(4), "quantity": 1 }),
        ),
        (
            "ship",
            json!({ "item_id": item, "order_line_id": id(4), "quantity": 1 }),
        ),
        ("expect", json!({ "item_id": item, "location_id": main, "quantity": 9 })),
        (
            "receive",
            json!({ "item_id": item, "location_id": main, "quantity": 9 }),
        ),
        (
            "adjust",
            json!({ "item_id": item, "location_id": main, "delta": 1, "reason": "found" }),
        ),
        ("count", json!({ "item_id": item, "location_id": main, "counted": 80 })),
        (
            "transfer",
            json!({ "item_id": item, "from_location_id": main, "to_location_id": annex, "quantity": 2 }),
        ),
        ("set-reorder-point", json!({ "item_id": item, "reorder_point": 5 })),
        (
            "set-safety",
            json!({ "item_id": item, "location_id": main, "safety": 1 }),
        ),
        ("set-backorder", json!({ "item_id": item, "limit": 2 })),
    ]
}

async fn shelf(app: &TestApp) -> (Uuid, Value) {
    let item = app.item("LAMP", 100).await;
    let created = app
        .post("/api/v1/stock/locations")
        .json(json!({ "name": "Annex" }))
        .send()
        .await;
    let annex = created.ok(201)["id"].clone();
    for hold in [id(1), id(2)] {
        let body = json!({ "item_id": item, "quantity": 1 });
        let call = app.post("/api/v1/stock/commands/reserve").key(hold).json(body);
        let _reserved = call.send().await.ok(200);
    }
    (item, annex)
}

#[tokio::test]
async fn repeating_any_command_gives_the_first_answer_and_no_second_effect() {
    let mut app = TestApp::start().await;
    let (item, annex) = shelf(&app).await;
    let mut answers = Vec::new();
    let commands = commands(item, app.location(), &annex);
    for (name, body) in &commands {
        let call = |app: &TestApp| {
            app.post(&format!("/api/v1/stock/commands/{name}"))
                .key(format!("once-{name}"))
                .json(body.clone())
        };
        let first = call(&app).send().await;
        let moved = app.movements(item).await;
        let again = call(&app).send().await;
        assert_eq!(first.ok(200), again.ok(200), "{name}");
        assert!(!first.is_replay() && again.is_replay(), "{name}");
        assert_eq!(app.movements(item).await, moved, "{name}");
        answers.push(first.ok(200));
    }
    let moved = app.movements(item).await;
    app.restart().await;
    for ((name, body), first) in commands.into_iter().zip(answers) {
        let call = app
            .post(&format!("/api/v1/stock/commands/{name}"))
            .key(format!("once-{name}"))
            .json(body);
        let again = call.send().await;
        assert_eq!(again.ok(200), first, "{name}, after a restart");
        assert!(again.is_replay(), "{name}, after a restart");
    }
    assert_eq!(app.movements(item).await, moved);
    app.stop().await;
}

#[tokio::test]
async fn a_key_that_came_with_another_body_item_or_route_is_refused() {
    let app = TestApp::start().await;
    let (item, annex) = shelf(&app).await;
    let other = app.item("CHAIR", 100).await;
    let main = app.location();
    for (name, body) in commands(item, main, &annex) {
        let call = || {
            app.post(&format!("/api/v1/stock/commands/{name}"))
                .key(format!("key-{name}"))
        };
        let _done = call().json(body.clone()).send().await.ok(200);
        let _body = call()
            .raw(format!("{body} "))
            .send()
            .await
            .problem(422, "idempotency_key_reused");
        let elsewhere = app.post("/api/v1/stock/commands/count").key(format!("key-{name}"));
        let counted = json!({ "item_id": item, "location_id": main, "counted": 1 });
        let _route = elsewhere
            .json(counted)
            .send()
            .await
            .problem(422, "idempotency_key_reused");
        let elsewhere = app.post("/api/v1/stock/commands/count").key(format!("key-{name}"));
        let counted = json!({ "item_id": other, "location_id": main, "counted": 1 });
        let _item = elsewhere
            .json(counted)
            .send()
            .await
            .problem(422, "idempotency_key_reused");
        let checkout = app.post("/api/v1/checkouts").key(format!("key-{name}"));
        let basket = json!({ "lines": [{ "item_id": other, "quantity": 1 }] });
        let _basket = checkout
            .json(basket)
            .send()
            .await
            .problem(422, "idempotency_key_reused");
    }
    assert_eq!(app.totals(other).await["on_hand"], 100);
    app.stop().await;
}

#[tokio::test]
async fn one_key_in_two_organizations_names_two_commands() {
    let app = TestApp::start().await;
    let second = app.second_organization().await;
    let mine = app.item("LAMP", 5).await;
    let body = json!({ "sku": "LAMP" });
    let theirs = app
        .post("/api/v1/stock/items")
        .api_key(&second.api_key)
        .json(body)
        .send()
        .await
        .ok(201)["id"]
        .clone();
    let path = "/api/v1/stock/commands/count";
    let body = json!({ "item_id": mine, "location_id": app.location(), "counted": 1 });
    let _mine = app.post(path).key(id(9)).json(body).send().await.ok(200);
    let body = json!({ "item_id": theirs, "location_id": second.location, "counted": 7 });
    let answer = app
        .post(path)
        .key(id(9))
        .api_key(&second.api_key)
        .json(body)
        .send()
        .await;
    assert_eq!(answer.ok(200)["movements"][0]["after"]["on_hand"], 7);
    assert!(!answer.is_replay());
    app.stop().await;
}

#[tokio::test]
async fn a_hundred_copies_of_one_command_at_once_have_one_effect_and_one_answer() {
    let app = TestApp::start().await;
    let item = app.item("LAMP", 100).await;
    let body = json!({ "item_id": item, "quantity": 1 });
    let call = || {
        app.post("/api/v1/stock/commands/reserve")
            .key("copies")
            .json(body.clone())
            .send()
    };
    let answers = join_all((0..100).map(|_| call())).await;
    let first = answers[0].ok(200);
    answers.iter().for_each(|answer| assert_eq!(answer.ok(200), first));
    assert_eq!(answers.iter().filter(|answer| !answer.is_replay()).count(), 1);
    assert_eq!(app.totals(item).await["reserved"], 1);
    app.stop().await;
}
