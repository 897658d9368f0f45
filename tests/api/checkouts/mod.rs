//! `/api/v1/checkouts`

mod confirm;
mod create;
mod expire;
mod last_units;
mod release;

use kit::{Answer, TestApp};
use serde_json::{Value, json};
use uuid::Uuid;

const PATH: &str = "/api/v1/checkouts";

/// Checks a basket of items and quantities out, held for a minute.
async fn check_out(app: &TestApp, key: &str, basket: &[(Uuid, i64)]) -> Answer {
    let line = |(item, quantity): &(Uuid, i64)| json!({ "item_id": item, "quantity": quantity });
    let lines: Vec<Value> = basket.iter().map(line).collect();
    let body = json!({ "lines": lines, "hold_seconds": 60 });
    app.post(PATH).key(key).json(body).send().await
}

/// Confirms or releases.
async fn close(app: &TestApp, checkout: &Value, how: &str, key: &str) -> Answer {
    let id = checkout["id"].as_str().unwrap();
    app.post(&format!("{PATH}/{id}/{how}")).key(key).send().await
}

async fn read(app: &TestApp, checkout: &Value) -> Value {
    let id = checkout["id"].as_str().unwrap();
    app.get(&format!("{PATH}/{id}")).send().await.ok(200)
}

/// Reserved and allocated units of an item.
async fn held(app: &TestApp, item: Uuid) -> (i64, i64) {
    let totals = app.totals(item).await;
    (
        totals["reserved"].as_i64().unwrap(),
        totals["allocated"].as_i64().unwrap(),
    )
}
