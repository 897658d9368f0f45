//! `/api/v1/stock/items`

use futures_util::future::join_all;
use kit::TestApp;
use serde_json::{Value, json};
use uuid::Uuid;

const PATH: &str = "/api/v1/stock/items";

#[tokio::test]
async fn a_new_item_has_nothing_in_stock() {
    let app = TestApp::start().await;
    let created = app
        .post(PATH)
        .json(json!({ "sku": "LAMP", "title": "A lamp" }))
        .send()
        .await
        .ok(201);
    let expected = json!({
        "id": created["id"], "sku": "LAMP", "title": "A lamp", "variant_id": null, "is_bundle": false,
        "backorder_limit": 0, "reorder_point": null, "is_low": false, "updated_at": null,
        "totals": { "on_hand": 0, "reserved": 0, "allocated": 0, "safety": 0, "incoming": 0, "shortfall": 0,
            "available": 0 }
    });
    assert_eq!(created, expected);
    let mut read = app
        .get(&format!("{PATH}/{}", created["id"].as_str().unwrap()))
        .send()
        .await
        .ok(200);
    assert_eq!(read.as_object_mut().unwrap().remove("levels"), Some(json!([])));
    assert_eq!(read, created);
    let untitled = app.post(PATH).json(json!({ "sku": "CHAIR" })).send().await.ok(201);
    assert_eq!(untitled["title"], "CHAIR");
    app.stop().await;
}

#[tokio::test]
async fn a_sku_is_taken_once_and_must_be_usable() {
    let app = TestApp::start().await;
    let create = async |sku: &str| app.post(PATH).json(json!({ "sku": sku })).send().await;
    let _created = create("LAMP").await.ok(201);
    assert_eq!(create("LAMP").await.problem(409, "sku_taken")["sku"], "LAMP");
    for wrong in ["", &"x".repeat(101), "tab\there"] {
        let _refused = create(wrong).await.problem(422, "invalid_sku");
    }
    let long = json!({ "sku": "LONG", "title": "x".repeat(256) });
    assert_eq!(
        app.post(PATH).json(long).send().await.problem(422, "out_of_bounds")["field"],
        "title"
    );
    app.stop().await;
}

#[tokio::test]
async fn repeating_a_new_item_gives_the_first_answer_and_creates_one() {
    let mut app = TestApp::start().await;
    let create = |app: &TestApp, sku: &str| app.post(PATH).key("new-lamp").json(json!({ "sku": sku }));
    let first = create(&app, "LAMP").send().await;
    let again = create(&app, "LAMP").send().await;
    assert_eq!(first.ok(201), again.ok(201));
    assert!(!first.is_replay() && again.is_replay());
    let _refused = create(&app, "CHAIR")
        .send()
        .await
        .problem(422, "idempotency_key_reused");
    let location = app
        .post("/api/v1/stock/locations")
        .key("new-lamp")
        .json(json!({ "name": "Annex" }));
    let _refused = location.send().await.problem(422, "idempotency_key_reused");
    app.restart().await;
    let later = create(&app, "LAMP").send().await;
    assert_eq!(later.ok(201), first.ok(201));
    assert!(later.is_replay());
    app.stop().await;
}

#[tokio::test]
async fn a_hundred_copies_of_one_new_item_at_once_create_one_and_say_the_same() {
    let app = TestApp::start().await;
    let call = || app.post(PATH).key("copies").json(json!({ "sku": "LAMP" })).send();
    let answers = join_all((0..100).map(|_| call())).await;
    let first = answers[0].ok(201);
    answers.iter().for_each(|answer| assert_eq!(answer.ok(201), first));
    assert_eq!(answers.iter().filter(|answer| !answer.is_replay()).count(), 1);
    app.stop().await;
}

#[tokio::test]
async fn a_key_that_named_a_command_cannot_make_an_item() {
    let app = TestApp::start().await;
    let item = app.item("LAMP", 5).await;
    let count = |key: &str| {
        let body = json!({ "item_id": item, "location_id": app.location(), "counted": 1 });
        app.post("/api/v1/stock/commands/count").key(key).json(body)
    };
    let _counted = count("second").send().await.ok(200);
    let _refused = app
        .post(PATH)
        .key("second")
        .json(json!({ "sku": "TABLE" }))
        .send()
        .await
        .problem(422, "idempotency_key_reused");
    app.stop().await;
}

#[tokio::test]
async fn items_are_listed_by_sku_in_pages_and_by_prefix() {
    let app = TestApp::start().await;
    for sku in ["LAMP-2", "CHAIR", "LAMP-1", "LAMP_3", "TABLE"] {
        let _created = app.item(sku, 0).await;
    }
    let skus = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| item["sku"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = app.get(PATH).send().await.ok(200);
    assert_eq!(skus(&all), ["CHAIR", "LAMP-1", "LAMP-2", "LAMP_3", "TABLE"]);
    assert_eq!(all["next"], Value::Null);
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let page = app.get(&format!("{PATH}?limit=2&after={after}")).send().await.ok(200);
        found.extend(skus(&page));
        let Some(next) = page["next"].as_str() else { break };
        after = next.to_owned();
    }
    assert_eq!(found, skus(&all));
    let lamps = app.get(&format!("{PATH}?sku_prefix=LAMP-")).send().await.ok(200);
    assert_eq!(skus(&lamps), ["LAMP-1", "LAMP-2"]);
    for limit in ["0", "501", "-1"] {
        let problem = app
            .get(&format!("{PATH}?limit={limit}"))
            .send()
            .await
            .problem(422, "out_of_bounds");
        assert_eq!([&problem["min"], &problem["max"]], [&json!(1), &json!(500)]);
    }
    app.stop().await;
}

#[tokio::test]
async fn items_are_listed_by_a_number_by_state_and_by_what_they_are_called() {
    let app = TestApp::start().await;
    for (sku, on_hand) in [("LAMP-1", 5), ("LAMP-2", 40), ("CHAIR", 5), ("TABLE", 0), ("SOFA", 9)] {
        let _created = app.item(sku, on_hand).await;
    }
    let list = async |query: &str| -> Vec<String> {
        let page = app.get(&format!("{PATH}?{query}")).send().await.ok(200);
        let items = page["items"].as_array().unwrap().iter();
        items.map(|item| item["sku"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        list("sort=-available").await,
        ["LAMP-2", "SOFA", "CHAIR", "LAMP-1", "TABLE"]
    );
    assert_eq!(
        list("sort=on_hand").await,
        ["TABLE", "CHAIR", "LAMP-1", "SOFA", "LAMP-2"]
    );
    assert_eq!(list("sort=-available&search=lamp").await, ["LAMP-2", "LAMP-1"]);
    assert_eq!(list("search=aMp").await, ["LAMP-1", "LAMP-2"]);
    assert_eq!(list("only=out").await, ["TABLE"]);
    assert_eq!(list("only=out&sort=available").await, ["TABLE"]);
    for state in ["low", "held", "short"] {
        assert_eq!(list(&format!("only={state}")).await, Vec::<String>::new());
        assert_eq!(
            list(&format!("only={state}&sort=-reserved")).await,
            Vec::<String>::new()
        );
    }
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let page = app
            .get(&format!("{PATH}?limit=2&sort=-available&after={after}"))
            .send()
            .await
            .ok(200);
        let items = page["items"].as_array().unwrap().iter();
        found.extend(items.map(|item| item["sku"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        after = next.to_owned();
    }
    assert_eq!(found, list("sort=-available").await);
    for query in [
        "sort=title",
        "sort=",
        "sort=-",
        "only=blue",
        "only=",
        "sort=available&after=x",
        "sort=available&after=x~y",
    ] {
        let problem = app.get(&format!("{PATH}?{query}")).send().await;
        let _refused = problem.problem(400, "invalid_query");
    }
    app.stop().await;
}

#[tokio::test]
async fn the_ledger_comes_in_pages_that_neither_repeat_nor_skip() {
    let app = TestApp::start().await;
    let item = app.item("LAMP", 1).await;
    for counted in 2..8 {
        // Two movements at every moment: a page may end between them.
        app.clock().advance(counted % 2);
        let body = json!({ "item_id": item, "location_id": app.location(), "counted": counted });
        let _counted = app.command("count", body).await.ok(200);
    }
    let path = format!("{PATH}/{item}/movements");
    let whole = app.get(&path).send().await.ok(200)["movements"]
        .as_array()
        .unwrap()
        .clone();
    let seqs: Vec<i64> = whole.iter().map(|movement| movement["seq"].as_i64().unwrap()).collect();
    assert!(seqs.len() == 7 && seqs.is_sorted_by(|a, b| a > b), "{seqs:?}");
    for limit in [1, 3, 7] {
        let (mut found, mut query) = (Vec::new(), String::new());
        loop {
            let page = app.get(&format!("{path}?limit={limit}{query}")).send().await.ok(200);
            found.extend(page["movements"].as_array().unwrap().clone());
            let Some(next) = page["next"].as_str() else { break };
            query = format!("&before={next}");
        }
        assert_eq!(found, whole, "pages of {limit}");
    }
    app.stop().await;
}

#[tokio::test]
async fn stock_at_a_past_moment_comes_from_the_journal() {
    let app = TestApp::start().await;
    let item = app.item("LAMP", 10).await;
    app.clock().advance(60);
    let _held = app
        .command("reserve", json!({ "item_id": item, "quantity": 3 }))
        .await
        .ok(200);
    app.clock().advance(60);
    let at = async |time: &str| {
        let answer = app.get(&format!("{PATH}/{item}/at?time={time}")).send().await.ok(200);
        assert_eq!((&answer["item_id"], &answer["time"]), (&json!(item), &json!(time)));
        answer["levels"].clone()
    };
    assert_eq!(at("2025-12-31T23:59:59Z").await, json!([]));
    assert_eq!(at("0001-01-01T00:00:00Z").await, json!([]));
    let before = at("2026-01-01T00:00:59Z").await;
    let expected = json!([{ "location_id": app.location(), "location_name": "Main", "on_hand": 10, "reserved": 0,
        "allocated": 0, "safety": 0, "incoming": 0, "shortfall": 0, "available": 10,
        "updated_at": "2026-01-01T00:00:00Z" }]);
    assert_eq!(before, expected);
    for time in ["2026-01-01T00:01:00Z", "2026-01-01T00:02:00Z", "9999-12-30T00:00:00Z"] {
        assert_eq!(at(time).await[0]["reserved"], 3, "{time}");
    }
    let read = app.get(&format!("{PATH}/{item}")).send().await.ok(200);
    assert_eq!(read["levels"], at("2026-01-01T00:02:00Z").await);
    app.stop().await;
}

#[tokio::test]
async fn a_bundle_has_what_its_scarcest_component_allows_and_takes_no_commands() {
    let app = TestApp::start().await;
    let (lamp, bulb) = (app.item("LAMP", 10).await, app.item("BULB", 7).await);
    let component = |item: Uuid, quantity: i64| json!({ "item_id": item, "quantity": quantity });
    let create = async |sku: &str, components: Value| {
        app.post(PATH)
            .json(json!({ "sku": sku, "components": components }))
            .send()
            .await
    };
    let set = create("SET", json!([component(lamp, 1), component(bulb, 2)]))
        .await
        .ok(201);
    assert_eq!(
        (&set["is_bundle"], &set["totals"]["available"]),
        (&json!(true), &json!(3))
    );
    let reserve = app
        .command("reserve", json!({ "item_id": set["id"], "quantity": 1 }))
        .await;
    let _refused = reserve.problem(409, "item_is_bundle");
    let unusable = [
        json!([component(Uuid::from_u128(5), 1)]),
        json!([component(lamp, 1), component(lamp, 1)]),
    ];
    for components in unusable {
        let _refused = create("BAD", components).await.problem(422, "components_unusable");
    }
    let of_bundle = json!([{ "item_id": set["id"], "quantity": 1 }]);
    let _refused = create("BAD", of_bundle).await.problem(422, "components_unusable");
    let many: Vec<_> = (0..51).map(|n| component(Uuid::from_u128(n), 1)).collect();
    assert_eq!(
        create("BAD", json!(many)).await.problem(422, "out_of_bounds")["field"],
        "components"
    );
    for quantity in [0, 1_000_001] {
        let refused = create("BAD", json!([component(lamp, quantity)])).await;
        assert_eq!(refused.problem(422, "out_of_bounds")["field"], "quantity");
    }
    app.stop().await;
}
