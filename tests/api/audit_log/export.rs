//! `GET /api/v1/audit-log/export`

use kit::{Answer, TestApp};
use serde_json::{Value, json};

use super::{create_items, list};

async fn export(app: &TestApp, query: &str) -> Answer {
    app.get(&format!("/api/v1/audit-log/export{query}")).send().await
}

/// The body of a chunked answer, put together.
fn unchunked(answer: &Answer) -> String {
    let mut rest = answer.text();
    let mut body = String::new();
    while let Some((length, after)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length.trim(), 16).unwrap();
        body.push_str(&after[..length]);
        rest = after[length + 2..].to_owned();
    }
    body
}

#[tokio::test]
async fn an_export_as_json_lines_is_what_the_list_shows() {
    let app = TestApp::start().await;
    create_items(&app, &["A", "B", "C"]).await;
    let exported = export(&app, "").await;
    assert_eq!(
        (exported.status(), exported.header("content-type")),
        (200, Some("application/jsonl"))
    );
    let disposition = exported.header("content-disposition");
    assert_eq!(disposition, Some("attachment; filename=\"audit-log.jsonl\""));
    let lines: Vec<Value> = unchunked(&exported)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let listed = list(&app, "").await.ok(200);
    assert_eq!(listed["entries"], json!(lines));
    let some = unchunked(&export(&app, "?action=organization.").await);
    assert_eq!(some.lines().count(), 1);
    app.stop().await;
}

#[tokio::test]
async fn an_export_as_csv_holds_no_formula() {
    let app = TestApp::start().await;
    let title = "=cmd|' /C calc'!A0";
    let body = json!({ "sku": "LAMP", "title": title });
    let request = app.post("/api/v1/stock/items").header("x-request-id", "-1");
    let _created = request.json(body).send().await.ok(201);
    let exported = export(&app, "?format=csv").await;
    assert_eq!(exported.header("content-type"), Some("text/csv; charset=utf-8"));
    let text = unchunked(&exported);
    let mut lines = text.lines();
    assert!(lines.next().unwrap().starts_with("seq,at,actor_kind"));
    let lamp = lines.next().unwrap();
    assert!(
        lamp.starts_with("\"2\",\"2026-01-01T00:00:00Z\",\"api_key\","),
        "{lamp}"
    );
    assert!(lamp.contains(",\"'-1\","), "{lamp}");
    assert!(
        lamp.contains("\"\"title\"\":\"\"=cmd|"),
        "the formula is inside a document: {lamp}"
    );
    assert_eq!(lines.count(), 1);
    app.stop().await;
}

#[tokio::test]
async fn an_export_larger_than_a_page_is_whole_and_has_no_entry_twice() {
    let app = TestApp::start().await;
    let client = app.admin().await;
    // A chain of 1,300 entries, written the way the hub writes them.
    let org: uuid::Uuid = client
        .query_one("SELECT id FROM organizations", &[])
        .await
        .unwrap()
        .get(0);
    let tenants = storage::Tenants::new(&app.database).unwrap();
    let tx = tenants.begin(domain::ids::OrgId::new(org)).await.unwrap();
    let trail = domain::audit::Trail::of_hub(jiff::Timestamp::UNIX_EPOCH);
    for n in 0..1_300 {
        let entry = trail.entry("test.write", domain::audit::Subject::new("test", n));
        storage::audit_log::append(&tx, &entry).await.unwrap();
    }
    tx.commit().await.unwrap();
    let text = unchunked(&export(&app, "").await);
    let seqs: Vec<i64> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["seq"].as_i64().unwrap())
        .collect();
    assert_eq!(seqs, (1..=1_301).rev().collect::<Vec<i64>>());
    let verdict = app.get("/api/v1/audit-log/verify").send().await.ok(200);
    assert_eq!(
        (&verdict["is_clean"], &verdict["entries"]),
        (&json!(true), &json!(1_301))
    );
    app.stop().await;
}

#[tokio::test]
async fn an_export_knows_two_formats_and_no_pages() {
    let app = TestApp::start().await;
    for query in ["?format=xlsx", "?limit=5", "?actor=ghost"] {
        let _refused = export(&app, query).await.problem(400, "invalid_query");
    }
    app.stop().await;
}
