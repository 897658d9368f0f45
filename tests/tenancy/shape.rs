//! Requests made from the OpenAPI document: a body that a route takes, with the places where ids stand.

use serde_json::{Value, json};

/// Where an id stands in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    /// What it is called: `item_id`.
    pub(crate) name: String,
    /// Where in the body; none for the path.
    pub(crate) pointer: Option<String>,
}

/// One route as the document describes it.
pub(crate) struct Route<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    document: &'a Value,
}

impl<'a> Route<'a> {
    pub(crate) fn new(document: &'a Value, method: &'a str, path: &'a str) -> Self {
        Self { method, path, document }
    }

    fn operation(&self) -> &Value {
        &self.document["paths"][self.path][self.method]
    }

    /// A body with an example in every field, ids aside, if the route takes one.
    pub(crate) fn body(&self) -> Option<Value> {
        let schema = self.operation()["requestBody"]["content"]["application/json"].get("schema")?;
        Some(self.example(schema, ""))
    }

    /// What must stand in the query.
    pub(crate) fn query(&self) -> String {
        let parameters = self.operation()["parameters"].as_array().cloned().unwrap_or_default();
        let needed = parameters
            .iter()
            .filter(|parameter| parameter["in"] == "query" && parameter["required"] == true)
            .map(|parameter| match parameter["schema"]["format"].as_str() {
                Some("date-time") => format!("{}=2026-01-01T00:00:00Z", parameter["name"].as_str().unwrap()),
                _ => format!("{}=1", parameter["name"].as_str().unwrap()),
            });
        let needed: Vec<String> = needed.collect();
        if needed.is_empty() {
            String::new()
        } else {
            format!("?{}", needed.join("&"))
        }
    }

    /// All places for ids, in the path and the body.
    pub(crate) fn slots(&self) -> Vec<Slot> {
        let in_path = self
            .path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let mut slots: Vec<Slot> = in_path
            .map(|name| Slot {
                name: name.to_owned(),
                pointer: None,
            })
            .collect();
        if let Some(body) = self.body() {
            collect(&body, "", &mut slots);
        }
        slots
    }

    fn resolve<'s>(&'s self, schema: &'s Value) -> &'s Value {
        match schema["$ref"].as_str() {
            Some(reference) => self.document.pointer(&reference[1..]).unwrap(),
            None => schema,
        }
    }

    fn example(&self, schema: &Value, name: &str) -> Value {
        let schema = self.resolve(schema);
        if let Some(first) = ["oneOf", "anyOf", "allOf"].iter().find_map(|of| schema[*of].as_array()) {
            let real = first.iter().find(|one| one["type"] != "null").unwrap();
            return self.example(real, name);
        }
        let is = |kind: &str| {
            schema["type"] == kind || schema["type"].as_array().is_some_and(|all| all.contains(&json!(kind)))
        };
        if is("object") {
            let fields = schema["properties"].as_object().into_iter().flatten();
            return fields
                .map(|(name, field)| (name.clone(), self.example(field, name)))
                .collect();
        }
        if is("array") {
            return json!([self.example(&schema["items"], name)]);
        }
        match () {
            () if schema["format"] == "uuid" => json!({ "id": name }),
            () if is("integer") => schema
                .get("minimum")
                .filter(|least| **least != 0)
                .cloned()
                .unwrap_or(json!(1)),
            () if is("boolean") => json!(true),
            () => text(name, schema),
        }
    }
}

/// A text that the field takes.
fn text(name: &str, schema: &Value) -> Value {
    if let Some(first) = schema["enum"].as_array().and_then(|words| words.first()) {
        return first.clone();
    }
    match name {
        "scopes" => json!("stock:read"),
        "email" => json!("somebody@example.com"),
        "role" => json!("staff"),
        _ => json!("example text"),
    }
}

/// Finds the marks that [`Route::example`] left for ids.
fn collect(value: &Value, pointer: &str, slots: &mut Vec<Slot>) {
    match value {
        Value::Object(fields) => match (fields.len(), fields.get("id").and_then(Value::as_str)) {
            (1, Some(name)) => slots.push(Slot {
                name: name.to_owned(),
                pointer: Some(pointer.to_owned()),
            }),
            _ => fields
                .iter()
                .for_each(|(name, field)| collect(field, &format!("{pointer}/{name}"), slots)),
        },
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(n, item)| collect(item, &format!("{pointer}/{n}"), slots)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
