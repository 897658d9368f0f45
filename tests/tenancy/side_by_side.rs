//! Two organizations with the same SKUs, the same Idempotency-Keys and the same order lines, at the same time: each gets the
//! answers that it gets alone.

use std::collections::BTreeMap;

use futures_util::future::join;
use kit::TestApp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::none;

const ROUNDS: u128 = 12;

/// What one organization does in a day. Whatever callers can name themselves, everybody names alike.
async fn day(app: &TestApp, api_key: &str, location: Uuid) -> Vec<String> {
    let mut answers = Vec::new();
    let mut tell = |what: &str, answer: kit::Answer| {
        let body = if answer.raw.body.is_empty() {
            Value::Null
        } else {
            answer.json()
        };
        let replay = answer.is_replay();
        answers.push(format!("{what} {} {replay} {}", answer.status(), sorted(&body)));
        body
    };
    let post = async |path: &str, key: u128, body: Value| {
        let call = app
            .post(&format!("/api/v1/{path}"))
            .api_key(api_key)
            .key(Uuid::from_u128(key));
        call.json(body).send().await
    };
    let get = async |path: &str| app.get(&format!("/api/v1/{path}")).api_key(api_key).send().await;
    let item = tell(
        "create",
        post("stock/items", 1, json!({ "sku": "LAMP", "title": "Lamp" })).await,
    )["id"]
        .clone();
    let pair = json!({ "sku": "PAIR", "components": [{ "item_id": item, "quantity": 2 }] });
    let pair = tell("bundle", post("stock/items", 2, pair).await)["id"].clone();
    let count = json!({ "item_id": item, "location_id": location, "counted": 20 });
    tell("count", post("stock/commands/count", 3, count.clone()).await);
    tell("count again", post("stock/commands/count", 3, count).await);
    tell("annex", post("stock/locations", 4, json!({ "name": "Annex" })).await);
    for round in 0..ROUNDS {
        let line = Uuid::from_u128(1_000 + round);
        let order = json!({ "item_id": item, "order_line_id": line, "quantity": 1 });
        tell("allocate", post("stock/commands/allocate", 100 + round, order).await);
        let basket = json!({ "lines": [{ "item_id": if round % 3 == 0 { &pair } else { &item }, "quantity": 1 }] });
        let checkout = tell("checkout", post("checkouts", 200 + round, basket.clone()).await);
        tell("checkout again", post("checkouts", 200 + round, basket).await);
        if let Some(id) = checkout["id"].as_str() {
            let end = if round % 2 == 0 { "confirm" } else { "release" };
            tell(
                end,
                post(&format!("checkouts/{id}/{end}"), 300 + round, json!({})).await,
            );
            tell("look", get(&format!("checkouts/{id}")).await);
        }
    }
    // People who are invited, and platforms that are connected, under the same names everywhere.
    let friend = json!({ "email": "friend@example.com", "role": "staff" });
    tell("invite", post("invitations", 400, friend).await);
    tell("invitations", get("invitations").await);
    let fields = json!({ "host": "mail.example.com", "port": "587", "security": "starttls", "username": "shop",
        "password": "a password of some length", "from": "shop@example.com" });
    let call = app.call("PUT", "/api/v1/platform-settings/smtp").api_key(api_key);
    tell("connect", call.json(json!({ "fields": fields })).send().await);
    tell("platforms", get("platform-settings").await);
    tell("events", get("platform-settings/smtp/events").await);
    tell("items", get("stock/items").await);
    tell("locations", get("stock/locations").await);
    tell(
        "ledger",
        get(&format!("stock/items/{}/movements?limit=500", item.as_str().unwrap())).await,
    );
    answers
}

/// JSON with the keys of every object in order, whatever order they came in: what is left out of an answer is what comes after
/// `seq`.
fn sorted(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields: BTreeMap<_, _> = fields.iter().collect();
            let fields = fields
                .iter()
                .map(|(name, value)| format!("\"{name}\":{}", sorted(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(sorted).collect();
            format!("[{}]", items.join(","))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

/// The answers with every id replaced by the order in which it was met, and times left out: what two tenants may have in
/// common.
fn without_ids(answers: &[String]) -> Vec<String> {
    let mut met: Vec<String> = Vec::new();
    let name = |id: &str, met: &mut Vec<String>| {
        let at = met.iter().position(|known| known == id).unwrap_or_else(|| {
            met.push(id.to_owned());
            met.len() - 1
        });
        format!("#{at}")
    };
    let word = |word: &str, met: &mut Vec<String>| match word {
        id if Uuid::try_parse(id).is_ok() => name(id, met),
        other => other.to_owned(),
    };
    answers
        .iter()
        .map(|answer| {
            answer
                .split('"')
                .map(|part| word(part, &mut met))
                .collect::<Vec<_>>()
                .join("\"")
        })
        .map(|answer| answer.split(",\"seq\":").next().unwrap_or_default().to_owned())
        .collect()
}

fn differences(one: &[String], other: &[String]) -> Vec<String> {
    let (one, other) = (without_ids(one), without_ids(other));
    let mut faults: Vec<String> = one
        .iter()
        .zip(&other)
        .filter(|(one, other)| one != other)
        .map(|(one, other)| format!("{one}\n--- and ---\n{other}"))
        .collect();
    if one.len() != other.len() {
        faults.push(format!("{} answers and {}", one.len(), other.len()));
    }
    faults
}

/// Every id that an answer names.
fn ids(answers: &[String]) -> Vec<Uuid> {
    let words = answers.iter().flat_map(|answer| answer.split(['"', '/']));
    words.filter_map(|word| Uuid::try_parse(word).ok()).collect()
}

#[tokio::test]
async fn two_organizations_side_by_side_get_what_each_gets_alone_and_never_meet() {
    let app = TestApp::start().await;
    let [left, right, alone] = [
        app.second_organization().await,
        app.second_organization().await,
        app.second_organization().await,
    ];
    let (of_left, of_right) = join(
        day(&app, &left.api_key, left.location),
        day(&app, &right.api_key, right.location),
    )
    .await;
    let of_alone = day(&app, &alone.api_key, alone.location).await;
    assert!(of_alone.len() > 50 && of_alone.iter().any(|answer| answer.contains("out_of_stock")));
    for done in ["invite 201", "connect 200", "events 200"] {
        assert!(of_alone.iter().any(|answer| answer.starts_with(done)), "no {done}");
    }
    none(&differences(&of_left, &of_right));
    none(&differences(&of_left, &of_alone));
    // What callers named alike, and checkouts, whose id is their key's, are in both; nothing that the hub made is.
    let made_by_hub = |id: &&Uuid| id.as_u128() > 10_000;
    let of_right = ids(&of_right);
    let shared: Vec<Uuid> = ids(&of_left)
        .iter()
        .filter(made_by_hub)
        .filter(|id| of_right.contains(id))
        .copied()
        .collect();
    assert!(shared.is_empty(), "{shared:?}");
    // The twin: one unit more on one side is told.
    let counted =
        json!({ "item_id": ids(&of_left).iter().find(made_by_hub), "location_id": left.location, "counted": 99 });
    let call = app
        .post("/api/v1/stock/commands/count")
        .api_key(&left.api_key)
        .json(counted);
    let _counted = call.send().await.ok(200);
    let listed = app.get("/api/v1/stock/items").api_key(&left.api_key).send().await;
    let mut changed = of_alone.clone();
    let at = changed.iter().position(|answer| answer.starts_with("items ")).unwrap();
    changed[at] = format!("items 200 false {}", sorted(&listed.json()));
    assert!(!differences(&changed, &of_alone).is_empty());
    app.stop().await;
}
