//! Every write of the API leaves a journal movement or an audit entry, or says why nothing changes. The table is held to the
//! routes, and each of its lines to what the route really does when it is called.

use kit::{Answer, TestApp};
use serde_json::{Value, json};
use uuid::Uuid;
use web::{AUDITED, Audited, ROUTES};

type Routes = [(&'static str, &'static str)];
type Table = [(&'static str, &'static str, Audited)];

fn faults(routes: &Routes, table: &Table) -> Vec<String> {
    let classified: Vec<_> = table.iter().map(|(method, path, _)| (*method, *path)).collect();
    let writes = routes.iter().filter(|(method, _)| *method != "get");
    let missing = writes
        .filter(|route| !classified.contains(route))
        .map(|(method, path)| format!("{method} {path} does not say what it leaves behind: add it to AUDITED"));
    let unknown = classified
        .iter()
        .filter(|route| !routes.contains(route) || classified.iter().filter(|other| other == route).count() != 1)
        .map(|(method, path)| format!("{method} {path} is no route, or is there twice"));
    missing.chain(unknown).collect()
}

#[test]
fn every_write_route_says_what_it_leaves_behind() {
    assert_eq!(faults(ROUTES, AUDITED), Vec::<String>::new());
    let planted = [ROUTES, &[("delete", "/api/v1/everything")]].concat();
    assert_eq!(faults(&planted, AUDITED).len(), 1);
    let [first, ..] = AUDITED else { panic!("an empty table") };
    assert!(!faults(ROUTES, &[AUDITED, &[*first]].concat()).is_empty());
    let gone = [AUDITED, &[("post", "/api/v1/gone", Audited::Log)]].concat();
    assert_eq!(faults(ROUTES, &gone).len(), 1);
}

/// What is there to write on.
struct Stage {
    app: TestApp,
    item: Uuid,
    annex: Value,
}

impl Stage {
    async fn set() -> Self {
        let app = TestApp::start().await;
        let item = app.item("LAMP", 100).await;
        let body = json!({ "name": "Annex" });
        let annex = app.post("/api/v1/stock/locations").json(body).send().await.ok(201);
        Self {
            app,
            item,
            annex: annex["id"].clone(),
        }
    }

    /// Audit entries and movements so far.
    async fn traces(&self) -> (i64, i64) {
        let question = "SELECT (SELECT count(*) FROM audit_entries), (SELECT count(*) FROM stock_movements)";
        let row = self.app.admin().await.query_one(question, &[]).await.unwrap();
        (row.get(0), row.get(1))
    }

    async fn reservation(&self) -> Value {
        let body = json!({ "item_id": self.item, "quantity": 1 });
        self.app.command("reserve", body).await.ok(200)["command_id"].clone()
    }

    async fn order_line(&self) -> Uuid {
        let line = Uuid::from_u128(u128::try_from(self.traces().await.1).unwrap());
        let body = json!({ "item_id": self.item, "order_line_id": line, "quantity": 1 });
        let _allocated = self.app.command("allocate", body).await.ok(200);
        line
    }

    async fn checkout(&self) -> String {
        let body = json!({ "lines": [{ "item_id": self.item, "quantity": 1 }] });
        let made = self.app.post("/api/v1/checkouts").json(body).send().await.ok(201);
        made["id"].as_str().unwrap().to_owned()
    }

    /// What the route needs first; then the call itself: its path and body.
    async fn prepare(&self, path: &str) -> (String, Option<Value>) {
        let (item, at, annex) = (self.item, self.app.location(), &self.annex);
        let command = path.strip_prefix("/api/v1/stock/commands/");
        let body = match command.unwrap_or(path) {
            "/api/v1/checkouts" => json!({ "lines": [{ "item_id": item, "quantity": 1 }] }),
            "/api/v1/checkouts/{checkout_id}/confirm" | "/api/v1/checkouts/{checkout_id}/release" => {
                return (path.replace("{checkout_id}", &self.checkout().await), None);
            }
            "/api/v1/ping" => return (path.to_owned(), None),
            "/api/v1/stock/items" => json!({ "sku": "VASE" }),
            "/api/v1/stock/locations" => json!({ "name": "Cellar" }),
            "reserve" => json!({ "item_id": item, "quantity": 1 }),
            "extend" => json!({ "item_id": item, "reservation_id": self.reservation().await, "hold_seconds": 5_000 }),
            "confirm" => json!({ "item_id": item, "reservation_id": self.reservation().await, "order_line_id": at }),
            "release" => json!({ "item_id": item, "reservation_id": self.reservation().await }),
            "allocate" => json!({ "item_id": item, "order_line_id": item, "quantity": 1 }),
            "deallocate" | "ship" => json!({ "item_id": item, "order_line_id": self.order_line().await }),
            "expect" | "receive" => json!({ "item_id": item, "location_id": at, "quantity": 1 }),
            "adjust" => json!({ "item_id": item, "location_id": at, "delta": 1, "reason": "found" }),
            "count" => json!({ "item_id": item, "location_id": at, "counted": 500 }),
            "transfer" => json!({ "item_id": item, "from_location_id": at, "to_location_id": annex, "quantity": 1 }),
            "set-reorder-point" => json!({ "item_id": item, "reorder_point": 5 }),
            "set-safety" => json!({ "item_id": item, "location_id": at, "safety": 1 }),
            "set-backorder" => json!({ "item_id": item, "limit": 5 }),
            other => panic!("say here how {other} is called, so that what it leaves behind can be proved"),
        };
        (path.to_owned(), Some(body))
    }

    async fn call(&self, method: &str, (path, body): (String, Option<Value>)) -> Answer {
        let call = self.app.call(&method.to_uppercase(), &path);
        match body {
            Some(body) => call.json(body).send().await,
            None => call.send().await,
        }
    }

    /// What is wrong with this line of the table.
    async fn fault(&self, (method, path, audited): (&str, &str, Audited)) -> Option<String> {
        let prepared = self.prepare(path).await;
        let (entries, movements) = self.traces().await;
        let answer = self.call(method, prepared).await;
        assert!(answer.status() < 300, "{path}: {}", answer.text());
        let (entries_after, movements_after) = self.traces().await;
        let left = (entries_after - entries, movements_after - movements);
        let is_right = match audited {
            Audited::Log => left.0 == 1 && left.1 == 0 && self.is_traced(&answer).await,
            Audited::Journal => left.0 == 0 && left.1 >= 1,
            Audited::ChangesNothing(_) => left == (0, 0),
        };
        (!is_right).then(|| format!("{method} {path} is {audited:?} and left {left:?} entries and movements"))
    }

    /// Whether the newest entry says which request it was, and from where.
    async fn is_traced(&self, answer: &Answer) -> bool {
        let page = self.app.get("/api/v1/audit-log?limit=1").send().await.ok(200);
        let entry = &page["entries"][0];
        entry["request_id"].as_str() == answer.header("x-request-id") && entry["from"] == "127.0.0.1"
    }
}

#[tokio::test]
async fn every_write_route_leaves_what_it_says() {
    let stage = Stage::set().await;
    for line in AUDITED {
        assert_eq!(stage.fault(*line).await, None);
    }
    let wrong = [
        ("post", "/api/v1/ping", Audited::Log),
        ("post", "/api/v1/stock/commands/reserve", Audited::Log),
        (
            "post",
            "/api/v1/stock/commands/receive",
            Audited::ChangesNothing("so they say"),
        ),
    ];
    for planted in wrong {
        assert!(stage.fault(planted).await.is_some(), "{planted:?}");
    }
    stage.app.stop().await;
}
