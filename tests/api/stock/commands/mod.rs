//! `/api/v1/stock/commands`

mod counts;
mod holds;
mod orders;
mod repeats;
mod settings;

use serde_json::Value;

/// The level after the last movement of a command's answer.
fn after(answer: &Value) -> &Value {
    &answer["movements"].as_array().unwrap().last().unwrap()["after"]
}
