//! The socket's messages as an AsyncAPI 3 document, made of the types that are sent and taken, so that none can be missing.

use serde_json::{Map, Value, json};
use utoipa::{OpenApi, PartialSchema};

use super::messages::{
    AlertView, DataView, Delta, FromClient, FromHub, Problem, Reconnect, ReconnectMs, SampleView, StockRowView,
    Subscribe, Subscribed, Unsubscribe, Welcome, Window,
};
use crate::api::stock::views::{CountersView, MovementView};

const DESCRIPTION: &str = "One WebSocket per browser tab that tells what was committed. Open it with a ticket from \
`POST /api/v1/live/tickets` and the subprotocol `entrepot.live.v1`. docs/live.md says what is not in a schema: resuming, \
flow control, close codes.";

/// The types that messages are made of.
#[derive(OpenApi)]
#[openapi(components(schemas(
    Subscribe,
    Unsubscribe,
    Window,
    Welcome,
    ReconnectMs,
    Subscribed,
    Delta,
    Problem,
    Reconnect,
    DataView,
    StockRowView,
    AlertView,
    SampleView,
    MovementView,
    CountersView
)))]
struct Parts;

/// The document as it is checked in: pretty JSON with a line end.
#[must_use]
pub fn asyncapi_json() -> String {
    let mut text = serde_json::to_string_pretty(&build()).unwrap_or_default();
    text.push('\n');
    text
}

fn build() -> Value {
    let said = variants(&FromClient::schema());
    let told = variants(&FromHub::schema());
    let names = |messages: &Map<String, Value>| -> Vec<String> {
        let mut names: Vec<String> = messages.keys().cloned().collect();
        names.sort();
        names
    };
    let (said_names, told_names) = (names(&said), names(&told));
    let listed = said_names.iter().chain(&told_names);
    let channel: Map<String, Value> = listed
        .map(|name| (name.clone(), json!({ "$ref": format!("#/components/messages/{name}") })))
        .collect();
    let of_channel = |names: &[String]| -> Vec<Value> {
        let reference = |name: &String| json!({ "$ref": format!("#/channels/live/messages/{name}") });
        names.iter().map(reference).collect()
    };
    let messages: Map<String, Value> = said.into_iter().chain(told).collect();
    let schemas = Parts::openapi().components.map(|components| components.schemas);
    json!({
        "asyncapi": "3.0.0",
        "info": { "title": "Entrepot live", "version": "1", "description": DESCRIPTION },
        "defaultContentType": "application/json",
        "servers": { "hub": { "host": "hub.example", "protocol": "wss" } },
        "channels": { "live": {
            "address": "/api/v1/live",
            "messages": channel,
            "bindings": { "ws": { "method": "GET", "query": {
                "type": "object", "required": ["ticket"], "properties": { "ticket": { "type": "string" } }
            } } }
        } },
        "operations": {
            "hear": { "action": "receive", "channel": { "$ref": "#/channels/live" }, "messages": of_channel(&said_names) },
            "tell": { "action": "send", "channel": { "$ref": "#/channels/live" }, "messages": of_channel(&told_names) }
        },
        "components": { "messages": messages, "schemas": schemas }
    })
}

/// The variants of a tagged enum as messages, by their tags.
fn variants(schema: &impl serde::Serialize) -> Map<String, Value> {
    let schema = serde_json::to_value(schema).unwrap_or_default();
    let variants = schema
        .get("oneOf")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let message = |payload: Value| {
        let tag = tag_of(&payload)?;
        Some((tag.clone(), json!({ "name": tag, "payload": payload })))
    };
    variants.into_iter().filter_map(message).collect()
}

/// The word that stands in `type`.
fn tag_of(payload: &Value) -> Option<String> {
    let parts = payload.get("allOf").and_then(Value::as_array).cloned();
    let parts = parts.unwrap_or_else(|| vec![payload.clone()]);
    parts.iter().find_map(|part| {
        let word = part.pointer("/properties/type/enum/0")?.as_str()?;
        Some(word.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_is_in_the_document_and_every_reference_leads_somewhere() {
        let document = build();
        let mut names: Vec<&String> = document["components"]["messages"].as_object().unwrap().keys().collect();
        names.sort();
        let known = [
            "ack",
            "delta",
            "ping",
            "problem",
            "reconnect",
            "subscribe",
            "subscribed",
            "unsubscribe",
            "welcome",
        ];
        assert_eq!(names, known);
        let text = document.to_string();
        for reference in text.split("\"$ref\":\"#").skip(1) {
            let pointer = reference.split('"').next().unwrap();
            assert!(document.pointer(pointer).is_some(), "{pointer}");
        }
    }
}
