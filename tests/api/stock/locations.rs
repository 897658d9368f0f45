//! `/api/v1/stock/locations`

use kit::TestApp;
use serde_json::json;

#[tokio::test]
async fn a_new_location_is_usable_at_once_even_for_items_in_memory() {
    let app = TestApp::start().await;
    let item = app.item("LAMP", 10).await;
    let body = json!({ "name": " Annex ", "priority": 7 });
    let created = app.post("/api/v1/stock/locations").json(body).send().await.ok(201);
    let annex = created["id"].clone();
    assert_eq!(created, json!({ "id": annex, "name": "Annex", "priority": 7 }));
    let body = json!({ "item_id": item, "location_id": annex, "counted": 5 });
    let counted = app.command("count", body).await.ok(200);
    assert_eq!(counted["movements"][0]["after"]["on_hand"], 5);
    assert_eq!(app.totals(item).await["on_hand"], 15);
    let listed = app.get("/api/v1/stock/locations").send().await.ok(200);
    let main = app.location();
    let expected = json!({ "locations": [{ "id": main, "name": "Main", "priority": 0 }, created] });
    assert_eq!(listed, expected);
    app.stop().await;
}

#[tokio::test]
async fn a_location_name_is_taken_once_and_has_1_to_200_characters() {
    let app = TestApp::start().await;
    let create = async |name: &str| {
        app.post("/api/v1/stock/locations")
            .json(json!({ "name": name }))
            .send()
            .await
    };
    let _created = create("Annex").await.ok(201);
    assert_eq!(create("Annex").await.problem(409, "name_taken")["name"], "Annex");
    let problem = create("  ").await.problem(422, "out_of_bounds");
    assert_eq!(
        (&problem["field"], &problem["min"], &problem["max"]),
        (&json!("name"), &json!(1), &json!(200))
    );
    let _refused = create(&"x".repeat(201)).await.problem(422, "out_of_bounds");
    let _created = create(&"é".repeat(200)).await.ok(201);
    app.stop().await;
}

#[tokio::test]
async fn repeating_a_new_location_gives_the_first_answer_and_creates_one() {
    let app = TestApp::start().await;
    let create = |name: &str| {
        app.post("/api/v1/stock/locations")
            .key("new-annex")
            .json(json!({ "name": name }))
    };
    let first = create("Annex").send().await;
    let again = create("Annex").send().await;
    assert_eq!(first.ok(201), again.ok(201));
    assert!(!first.is_replay() && again.is_replay());
    let _refused = create("Other").send().await.problem(422, "idempotency_key_reused");
    let listed = app.get("/api/v1/stock/locations").send().await.ok(200);
    assert_eq!(listed["locations"].as_array().unwrap().len(), 2);
    app.stop().await;
}
