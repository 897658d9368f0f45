//! `POST /api/v1/checkouts`

use futures_util::future::join_all;
use kit::TestApp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{PATH, check_out, held, read};

#[tokio::test]
async fn a_basket_of_three_items_is_reserved_whole() {
    let app = TestApp::start().await;
    let (a, b, c) = (app.item("A", 5).await, app.item("B", 5).await, app.item("C", 5).await);
    // Lines of one item are added up; the answer is in item order.
    let made = check_out(&app, "basket", &[(c, 3), (a, 1), (b, 1), (b, 1)])
        .await
        .ok(201);
    let line = |item: Uuid, quantity: i64| json!({ "item_id": item, "quantity": quantity, "state": "reserved" });
    let expected = json!({ "id": made["id"], "state": "reserved", "expires_at": "2026-01-01T00:01:00Z",
        "lines": [line(a, 1), line(b, 2), line(c, 3)] });
    assert_eq!(made, expected);
    let mut now = read(&app, &made).await;
    for (line, sku) in now["lines"].as_array_mut().unwrap().iter_mut().zip(["A", "B", "C"]) {
        assert_eq!(line.as_object_mut().unwrap().remove("sku"), Some(json!(sku)));
    }
    assert_eq!(now, made);
    assert_eq!(
        [held(&app, a).await, held(&app, b).await, held(&app, c).await],
        [(1, 0), (2, 0), (3, 0)]
    );
    app.stop().await;
}

#[tokio::test]
async fn a_basket_with_one_line_too_many_reserves_nothing() {
    let app = TestApp::start().await;
    let (a, b, c) = (app.item("A", 5).await, app.item("B", 5).await, app.item("C", 2).await);
    let refused = check_out(&app, "basket", &[(a, 1), (b, 2), (c, 3)])
        .await
        .problem(409, "out_of_stock");
    assert_eq!(
        [&refused["item_id"], &refused["requested"], &refused["available"]],
        [&json!(c), &json!(3), &json!(2)]
    );
    assert_eq!(
        [held(&app, a).await, held(&app, b).await, held(&app, c).await],
        [(0, 0); 3]
    );
    // As long as stock is as it was, the repeat says the same; afterwards it says that it was refused before.
    let again = check_out(&app, "basket", &[(a, 1), (b, 2), (c, 3)])
        .await
        .problem(409, "out_of_stock");
    assert_eq!(again, refused);
    let body = json!({ "item_id": c, "location_id": app.location(), "counted": 10 });
    let _counted = app.command("count", body).await.ok(200);
    let _late = check_out(&app, "basket", &[(a, 1), (b, 2), (c, 3)])
        .await
        .problem(409, "checkout_refused_before");
    assert_eq!(
        [held(&app, a).await, held(&app, b).await, held(&app, c).await],
        [(0, 0); 3]
    );
    let _fresh = check_out(&app, "new-basket", &[(a, 1), (b, 2), (c, 3)]).await.ok(201);
    app.stop().await;
}

#[tokio::test]
async fn a_bundle_takes_all_its_components_or_none() {
    let app = TestApp::start().await;
    let (lamp, bulb) = (app.item("LAMP", 5).await, app.item("BULB", 5).await);
    let components = json!([{ "item_id": lamp, "quantity": 1 }, { "item_id": bulb, "quantity": 2 }]);
    let body = json!({ "sku": "SET", "components": components });
    let created = app.post("/api/v1/stock/items").json(body).send().await.ok(201);
    let set: Uuid = created["id"].as_str().unwrap().parse().unwrap();
    let made = check_out(&app, "one", &[(set, 2), (lamp, 1)]).await.ok(201);
    let taken: Vec<&Value> = made["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| &line["quantity"])
        .collect();
    assert_eq!(taken, [&json!(3), &json!(4)]);
    let refused = check_out(&app, "two", &[(set, 1)]).await.problem(409, "out_of_stock");
    assert_eq!(
        [&refused["item_id"], &refused["requested"], &refused["available"]],
        [&json!(bulb), &json!(2), &json!(1)]
    );
    assert_eq!([held(&app, lamp).await, held(&app, bulb).await], [(3, 0), (4, 0)]);
    let read = app.get(&format!("/api/v1/stock/items/{set}")).send().await.ok(200);
    assert_eq!(read["totals"]["available"], 0);
    app.stop().await;
}

#[tokio::test]
async fn a_basket_has_1_to_100_lines_of_known_items_and_bounded_sums() {
    let app = TestApp::start().await;
    let item = app.item("A", 5).await;
    let problem = check_out(&app, "none", &[]).await.problem(422, "out_of_bounds");
    assert_eq!(
        [&problem["field"], &problem["min"], &problem["max"]],
        [&json!("lines"), &json!(1), &json!(100)]
    );
    let _many = check_out(&app, "many", &[(item, 1); 101])
        .await
        .problem(422, "out_of_bounds");
    let problem = check_out(&app, "sum", &[(item, 1_000_000_000); 2])
        .await
        .problem(422, "out_of_bounds");
    assert_eq!(
        [&problem["field"], &problem["item_id"]],
        [&json!("quantity"), &json!(item)]
    );
    let stranger = Uuid::from_u128(5);
    let problem = check_out(&app, "stranger", &[(item, 1), (stranger, 1)])
        .await
        .problem(404, "not_found");
    assert_eq!(problem["item_id"], json!(stranger));
    assert_eq!(held(&app, item).await, (0, 0));
    app.stop().await;
}

#[tokio::test]
async fn repeating_a_checkout_gives_the_first_answer_even_after_a_restart() {
    let mut app = TestApp::start().await;
    let (a, b) = (app.item("A", 5).await, app.item("B", 5).await);
    let first = check_out(&app, "basket", &[(a, 1), (b, 1)]).await;
    let again = check_out(&app, "basket", &[(a, 1), (b, 1)]).await;
    assert_eq!(first.ok(201), again.ok(201));
    assert!(!first.is_replay() && again.is_replay());
    for other in [vec![(a, 1), (b, 2)], vec![(a, 1)], vec![(b, 1)]] {
        let refused = check_out(&app, "basket", &other).await;
        let _reused = refused.problem(422, "idempotency_key_reused");
    }
    app.restart().await;
    let later = check_out(&app, "basket", &[(a, 1), (b, 1)]).await;
    assert_eq!(later.ok(201), first.ok(201));
    assert!(later.is_replay());
    assert_eq!([held(&app, a).await, held(&app, b).await], [(1, 0), (1, 0)]);
    app.stop().await;
}

#[tokio::test]
async fn a_hundred_copies_of_one_basket_at_once_reserve_it_once_and_say_the_same() {
    let app = TestApp::start().await;
    let (a, b) = (app.item("A", 5).await, app.item("B", 5).await);
    let basket = [(a, 1), (b, 2)];
    let answers = join_all((0..100).map(|_| check_out(&app, "copies", &basket))).await;
    let first = answers[0].ok(201);
    answers.iter().for_each(|answer| assert_eq!(answer.ok(201), first));
    assert_eq!([held(&app, a).await, held(&app, b).await], [(1, 0), (2, 0)]);
    assert_eq!([app.movements(a).await, app.movements(b).await], [2, 2]);
    app.stop().await;
}

#[tokio::test]
async fn without_a_key_every_request_is_a_new_checkout() {
    let app = TestApp::start().await;
    let item = app.item("A", 5).await;
    let body = json!({ "lines": [{ "item_id": item, "quantity": 1 }] });
    let first = app.post(PATH).json(body.clone()).send().await.ok(201);
    let second = app.post(PATH).json(body).send().await.ok(201);
    assert_ne!(first["id"], second["id"]);
    // A quarter of an hour when the buyer does not say.
    assert_eq!(first["expires_at"], "2026-01-01T00:15:00Z");
    app.stop().await;
}
