//! `/api/v1/audit-log`

mod export;
mod list;
mod tampering;
mod wall;

use kit::{Answer, TestApp};
use serde_json::{Value, json};

/// Creates plain items with nothing in stock, one audit entry each.
async fn create_items(app: &TestApp, skus: &[&str]) {
    for sku in skus {
        let _created = app.item(sku, 0).await;
    }
}

async fn list(app: &TestApp, query: &str) -> Answer {
    app.get(&format!("/api/v1/audit-log{query}")).send().await
}

/// The subjects' SKUs, or names, of a page, in its order.
fn named(page: &Value) -> Vec<String> {
    let name = |entry: &Value| {
        let after = &entry["after"];
        let name = after.get("sku").or_else(|| after.get("name"));
        name.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    page["entries"].as_array().unwrap().iter().map(name).collect()
}

fn nothing() -> Value {
    json!({ "entries": [], "next": null })
}
