//! Every route, asked with another tenant's ids, answers exactly as for ids that nobody has: status, headers and body, but
//! for the id itself and the request's.

use std::collections::BTreeMap;

use kit::{Answer, TestApp};
use serde_json::{Value, json};
use uuid::Uuid;
use web::ROUTES;

use super::shape::{Route, Slot};
use super::{Faults, none};

/// Ids that callers make up themselves: one that a neighbour uses too is simply new. It takes effect, so each is asked by a
/// fresh tenant, and only the statuses are compared.
const CALLER_MADE: &[(&str, &str)] = &[
    ("/api/v1/stock/commands/allocate", "order_line_id"),
    ("/api/v1/stock/commands/confirm", "order_line_id"),
];
/// Headers that differ from answer to answer.
const FLEETING: &[&str] = &["date", "x-request-id"];

/// The things of one tenant, by the names that ids go by in the API.
type Things = BTreeMap<&'static str, Uuid>;

/// Things of one organization: stock at two places, an open checkout, an allocated order line.
async fn stock_up(app: &TestApp, api_key: &str, location: Uuid) -> Things {
    let post =
        async |path: &str, status: u16, body: Value| app.post(path).api_key(api_key).json(body).send().await.ok(status);
    let id = |value: &Value| value["id"].as_str().unwrap().parse::<Uuid>().unwrap();
    let item = id(&post("/api/v1/stock/items", 201, json!({ "sku": "LAMP" })).await);
    let annex = id(&post("/api/v1/stock/locations", 201, json!({ "name": "Annex" })).await);
    for place in [location, annex] {
        let body = json!({ "item_id": item, "location_id": place, "counted": 500 });
        let _counted = post("/api/v1/stock/commands/count", 200, body).await;
    }
    let order_line = Uuid::from_u128(item.as_u128() ^ 1);
    let body = json!({ "item_id": item, "order_line_id": order_line, "quantity": 10 });
    let _allocated = post("/api/v1/stock/commands/allocate", 200, body).await;
    let body = json!({ "lines": [{ "item_id": item, "quantity": 1 }], "hold_seconds": 86_400 });
    let checkout = id(&post("/api/v1/checkouts", 201, body).await);
    Things::from([
        ("item_id", item),
        ("location_id", location),
        ("from_location_id", location),
        ("to_location_id", annex),
        ("checkout_id", checkout),
        ("reservation_id", checkout),
        ("order_line_id", order_line),
    ])
}

fn unknown(name: &str) -> Uuid {
    Uuid::from_u128(0x0190_a5e0_0000_7000_8000_0000_0000_0000 | u128::from(name.len() as u64))
}

/// One request: the caller's own ids everywhere but in `slot`.
struct Ask<'a> {
    app: &'a TestApp,
    route: &'a Route<'a>,
    api_key: &'a str,
    own: &'a Things,
    slot: &'a Slot,
}

impl Ask<'_> {
    async fn with(&self, id: Uuid) -> Answer {
        let id_of = |slot: &Slot| {
            if slot == self.slot {
                id
            } else {
                self.own[slot.name.as_str()]
            }
        };
        let mut path = self.route.path.to_owned();
        let mut body = self.route.body();
        for slot in self.route.slots() {
            match &slot.pointer {
                None => path = path.replace(&format!("{{{}}}", slot.name), &id_of(&slot).to_string()),
                Some(pointer) => *body.as_mut().unwrap().pointer_mut(pointer).unwrap() = json!(id_of(&slot)),
            }
        }
        let call = self.app.call(
            &self.route.method.to_uppercase(),
            &format!("{path}{}", self.route.query()),
        );
        let call = call.api_key(self.api_key);
        match body {
            Some(body) => call.json(body).send().await,
            None => call.send().await,
        }
    }
}

/// What a caller can tell answers apart by, the id that was asked for blotted out.
fn told(answer: &Answer, id: Uuid) -> String {
    let headers = answer
        .raw
        .headers
        .iter()
        .filter(|(name, _)| !FLEETING.contains(&name.as_str()));
    let mut headers: Vec<String> = headers.map(|(name, value)| format!("{name}: {value}")).collect();
    headers.sort();
    let request = answer.header("x-request-id").unwrap_or_default();
    let body = answer
        .text()
        .replace(&id.to_string(), "<id>")
        .replace(request, "<request>");
    format!("{}\n{}\n{body}", answer.status(), headers.join("\n"))
}

/// Everything of a tenant that a stranger could have changed.
async fn state_of(app: &TestApp, api_key: &str, things: &Things) -> Value {
    let get = async |path: String| app.get(&path).api_key(api_key).send().await.ok(200);
    let item = things["item_id"];
    json!([
        get(format!("/api/v1/stock/items/{item}")).await,
        get(format!("/api/v1/stock/items/{item}/movements?limit=500")).await,
        get(format!("/api/v1/checkouts/{}", things["checkout_id"])).await,
        get("/api/v1/stock/locations".to_owned()).await,
    ])
}

/// Where a neighbour's id is told apart from one that nobody has.
async fn told_apart(app: &TestApp, own: &Things, foreign: &Things, asked: &mut usize) -> Faults {
    let document: Value = serde_json::from_str(&web::openapi_json()).unwrap();
    let mut faults = Faults::new();
    for (method, path) in ROUTES {
        let route = Route::new(&document, method, path);
        for slot in route.slots() {
            let name = slot.name.as_str();
            let Some(theirs) = foreign.get(name).copied() else {
                faults.push(format!(
                    "{method} {path}: {name} is new; give both tenants one in `stock_up`"
                ));
                continue;
            };
            let (strange, nobodys) = if CALLER_MADE.contains(&(path, name)) {
                let mut told = Vec::new();
                for id in [theirs, unknown(name)] {
                    let fresh = app.second_organization().await;
                    let things = stock_up(app, &fresh.api_key, fresh.location).await;
                    let ask = Ask {
                        app,
                        route: &route,
                        api_key: &fresh.api_key,
                        own: &things,
                        slot: &slot,
                    };
                    told.push(ask.with(id).await.status().to_string());
                }
                (told.swap_remove(0), told.swap_remove(0))
            } else {
                let ask = Ask {
                    app,
                    route: &route,
                    api_key: &app.api_key,
                    own,
                    slot: &slot,
                };
                let strange = told(&ask.with(theirs).await, theirs);
                (strange, told(&ask.with(unknown(name)).await, unknown(name)))
            };
            *asked += 1;
            if strange != nobodys {
                faults.push(format!(
                    "{method} {path} tells {name} apart:\n{strange}\n--- from ---\n{nobodys}"
                ));
            } else if !strange.starts_with('4') && !CALLER_MADE.contains(&(path, name)) {
                faults.push(format!("{method} {path} takes a neighbour's {name}:\n{strange}"));
            }
        }
    }
    faults
}

#[tokio::test]
async fn every_route_answers_a_neighbours_ids_exactly_as_ids_that_nobody_has() {
    let app = TestApp::start().await;
    let other = app.second_organization().await;
    let own = stock_up(&app, &app.api_key, app.location()).await;
    let foreign = stock_up(&app, &other.api_key, other.location).await;
    let before = state_of(&app, &other.api_key, &foreign).await;
    let mut asked = 0;
    none(&told_apart(&app, &own, &foreign, &mut asked).await);
    assert!(asked > 30, "only {asked} places for ids");
    assert_eq!(
        state_of(&app, &other.api_key, &foreign).await,
        before,
        "a neighbour was touched"
    );
    // The twin: a tenant's own ids are no strangers', and that is told.
    let mut seen = 0;
    let own_again = told_apart(&app, &own, &own, &mut seen).await;
    assert!(
        own_again.len() > asked / 2,
        "only {} of {asked} are noticed",
        own_again.len()
    );
    app.stop().await;
}
