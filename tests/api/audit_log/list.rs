//! `GET /api/v1/audit-log`

use kit::TestApp;
use serde_json::{Value, json};

use super::{create_items, list, named, nothing};

#[tokio::test]
async fn an_entry_says_who_what_and_from_where_with_the_id_that_the_answer_quoted() {
    let app = TestApp::start().await;
    let body = json!({ "sku": "LAMP", "title": "Lamp\nof glass" });
    let created = app
        .post("/api/v1/stock/items")
        .header("x-request-id", "quoted-1")
        .json(body)
        .send()
        .await;
    assert_eq!(created.header("x-request-id"), Some("quoted-1"));
    let item = created.ok(201)["id"].clone();
    let page = list(&app, "?action=item.create").await.ok(200);
    let entry = &page["entries"][0];
    let hash = entry["hash"].as_str().unwrap();
    assert_eq!(hash.len(), 64);
    let key: uuid::Uuid = entry["actor"]["id"].as_str().unwrap().parse().unwrap();
    let expected = json!({
        "seq": 2, "at": "2026-01-01T00:00:00Z", "actor": { "kind": "api_key", "id": key }, "action": "item.create",
        "subject": { "kind": "item", "id": item }, "before": null,
        "after": { "sku": "LAMP", "title": "Lamp\nof glass", "components": [] }, "why": null, "from": "127.0.0.1",
        "request_id": "quoted-1", "hash": hash,
    });
    assert_eq!(page, json!({ "entries": [expected], "next": null }));
    let fresh = app
        .post("/api/v1/stock/items")
        .json(json!({ "sku": "VASE" }))
        .send()
        .await;
    let newest = list(&app, "?limit=1").await.ok(200);
    assert_eq!(
        newest["entries"][0]["request_id"].as_str(),
        fresh.header("x-request-id")
    );
    app.stop().await;
}

#[tokio::test]
async fn a_write_that_is_refused_or_repeated_leaves_no_second_entry() {
    let app = TestApp::start().await;
    let create = |sku: &str| app.post("/api/v1/stock/items").key("once").json(json!({ "sku": sku }));
    let first = create("LAMP").send().await.ok(201);
    assert_eq!(create("LAMP").send().await.ok(201), first);
    let taken = app
        .post("/api/v1/stock/items")
        .json(json!({ "sku": "LAMP" }))
        .send()
        .await;
    let _refused = taken.problem(409, "sku_taken");
    let body = json!({ "name": "Main" });
    let taken = app.post("/api/v1/stock/locations").json(body).send().await;
    let _refused = taken.problem(409, "name_taken");
    assert_eq!(named(&list(&app, "").await.ok(200)), ["LAMP", "My shop"]);
    app.stop().await;
}

#[tokio::test]
async fn the_log_is_searched_by_action_actor_subject_time_and_text() {
    let app = TestApp::start().await;
    create_items(&app, &["LAMP"]).await;
    app.clock().advance(60);
    create_items(&app, &["VASE"]).await;
    let body = json!({ "name": "Annex 100%" });
    let _created = app.post("/api/v1/stock/locations").json(body).send().await.ok(201);
    let all = list(&app, "").await.ok(200);
    assert_eq!(named(&all), ["Annex 100%", "VASE", "LAMP", "My shop"]);
    let of = |entry: usize, member: &str, part: &str| all["entries"][entry][member][part].as_str().unwrap().to_owned();
    let found = async |query: &str| named(&list(&app, query).await.ok(200));
    assert_eq!(found("?action=item.create").await, ["VASE", "LAMP"]);
    assert_eq!(found("?action=item.").await, ["VASE", "LAMP"]);
    assert_eq!(found("?actor=hub").await, ["My shop"]);
    let key = of(1, "actor", "id");
    assert_eq!(
        found(&format!("?actor=api_key:{key}")).await,
        ["Annex 100%", "VASE", "LAMP"]
    );
    assert_eq!(found("?subject=location").await, ["Annex 100%"]);
    let vase = of(1, "subject", "id");
    assert_eq!(found(&format!("?subject=item:{vase}")).await, ["VASE"]);
    assert_eq!(found("?since=2026-01-01T00:01:00Z").await, ["Annex 100%", "VASE"]);
    assert_eq!(found("?until=2026-01-01T00:01:00Z&actor=api_key").await, ["LAMP"]);
    assert_eq!(found("?text=annex%20100%25").await, ["Annex 100%"]);
    assert_eq!(found("?text=127.0.0.1&action=item.").await, ["VASE", "LAMP"]);
    let none = list(&app, "?text=%25&subject=item").await.ok(200);
    assert_eq!(none, nothing(), "a percent sign is a percent sign");
    app.stop().await;
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repeat() {
    let app = TestApp::start().await;
    create_items(&app, &["A", "B", "C", "D"]).await;
    let (mut seen, mut before) = (Vec::new(), String::new());
    loop {
        let page = list(&app, &format!("?limit=2{before}")).await.ok(200);
        seen.extend(named(&page));
        match page["next"].as_i64() {
            Some(next) => before = format!("&before={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ["D", "C", "B", "A", "My shop"]);
    app.stop().await;
}

#[tokio::test]
async fn a_query_that_makes_no_sense_is_refused() {
    let app = TestApp::start().await;
    for query in [
        "?actor=ghost",
        "?actor=person:x",
        "?since=yesterday",
        "?text=a%00b",
        "?unknown=1",
        "?format=csv",
    ] {
        let _refused = list(&app, query).await.problem(400, "invalid_query");
    }
    let _refused = list(&app, "?limit=0").await.problem(422, "out_of_bounds");
    app.stop().await;
}

#[tokio::test]
async fn nobody_reads_verifies_or_exports_another_organizations_log() {
    let app = TestApp::start().await;
    let other = app.second_organization().await;
    create_items(&app, &["LAMP"]).await;
    let ask = async |path: &str| {
        let asked = app.get(&format!("/api/v1/audit-log{path}")).api_key(&other.api_key);
        asked.send().await
    };
    let page: Value = ask("").await.ok(200);
    assert_eq!(named(&page), ["Another shop"]);
    assert_eq!(ask("/verify").await.ok(200)["entries"], 1);
    let exported = ask("/export").await;
    assert_eq!((exported.status(), exported.text().contains("LAMP")), (200, false));
    let unknown = app.get("/api/v1/audit-log").api_key("ek_unknown").send().await;
    let _refused = unknown.problem(401, "unauthenticated");
    app.stop().await;
}

#[tokio::test]
async fn what_no_page_and_no_time_can_be_is_named() {
    let app = TestApp::start().await;
    for route in ["", "/export"] {
        for before in ["0", "-5", "-9223372036854775808"] {
            let path = format!("/api/v1/audit-log{route}?before={before}");
            let said = app.get(&path).send().await.problem(422, "out_of_bounds");
            assert_eq!((&said["field"], &said["min"]), (&json!("before"), &json!(1)), "{path}");
        }
        for (query, parameter) in [
            ("before=last", "before"),
            ("since=yesterday", "since"),
            ("since=2026-01-02T00:00:00Z&until=2026-01-02T00:00:00Z", "until"),
            ("actor=robot", "actor"),
            ("actor=person:1", "actor"),
            ("text=%00", "text"),
            ("page=2", "page"),
        ] {
            let path = format!("/api/v1/audit-log{route}?{query}");
            let said = app.get(&path).send().await.problem(400, "invalid_query");
            assert_eq!(said["parameter"], parameter, "{path}: {said}");
        }
        let early = format!("/api/v1/audit-log{route}?since=-009998-01-01T00:00:00Z");
        assert_eq!(app.get(&early).send().await.status(), 200);
    }
    app.stop().await;
}
