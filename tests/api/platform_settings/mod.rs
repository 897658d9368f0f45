//! `/api/v1/platform-settings`

mod backup;
mod save;
mod tell;
mod test;

use kit::{Answer, TestApp};
use serde_json::{Value, json};

/// Enters settings.
async fn put(app: &TestApp, provider: &str, fields: Value) -> Answer {
    let path = format!("/api/v1/platform-settings/{provider}");
    app.call("PUT", &path).json(json!({ "fields": fields })).send().await
}

/// One platform as the list shows it.
async fn platform(app: &TestApp, api_key: &str, provider: &str) -> Value {
    let listed = app
        .get("/api/v1/platform-settings")
        .api_key(api_key)
        .send()
        .await
        .ok(200);
    let platforms = listed["platforms"].as_array().unwrap();
    platforms
        .iter()
        .find(|one| one["provider"] == provider)
        .unwrap()
        .clone()
}

/// A field of a platform.
fn field<'a>(platform: &'a Value, name: &str) -> &'a Value {
    let fields = platform["fields"].as_array().unwrap();
    fields.iter().find(|field| field["name"] == name).unwrap()
}
