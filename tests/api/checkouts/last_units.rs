//! A thousand buyers, a hundred units.

use kit::TestApp;
use serde_json::json;
use simulators::shoppers::load::{self, Plan, Shopper, Until};
use simulators::shoppers::{Method, Request, RequestBuffer};
use uuid::Uuid;

const RUNS: u32 = 20;
const BUYERS: usize = 1_000;
const UNITS: i64 = 100;

/// Wants one unit, and remembers what it was told.
struct Buyer {
    body: Vec<u8>,
    key: String,
    requests: u32,
    told: Vec<(u16, bool)>,
}

impl Shopper for Buyer {
    fn next(&mut self, request: &mut RequestBuffer) {
        self.requests += 1;
        let key = format!("{}-{}", self.key, self.requests);
        let checkout = Request::new(Method::Post, "/api/v1/checkouts");
        request.write(&Request {
            idempotency_key: Some(&key),
            body: &self.body,
            ..checkout
        });
    }

    fn seen(&mut self, status: u16, body: &[u8]) {
        let is_sold_out = String::from_utf8_lossy(body).contains(r#""code":"out_of_stock""#);
        self.told.push((status, is_sold_out));
    }

    fn lost(&mut self) {
        self.told.push((0, false));
    }
}

#[tokio::test]
async fn of_a_thousand_buyers_at_once_exactly_a_hundred_get_the_hundred_units_twenty_times_out_of_twenty() {
    // A busy machine may be slow; what is counted here is who gets the units, not how soon.
    let patient = TestApp::builder().system_clock().set("STOCK__ANSWER_WITHIN_MS", 30_000);
    let app = patient.start().await;
    for run in 0..RUNS {
        let item = app.item(&format!("LAST-{run}"), UNITS).await;
        let told = rush(&app, item, run).await;
        let yes = told.iter().filter(|(status, _)| *status == 201).count();
        let sold_out = told.iter().filter(|told| **told == (409, true)).count();
        let others: Vec<_> = told.iter().filter(|(status, _)| ![201, 409].contains(status)).collect();
        let outcome = (told.len(), yes, sold_out);
        assert_eq!(outcome, (BUYERS, 100, 900), "run {run}, and {others:?}");
        let totals = app.totals(item).await;
        assert_eq!(
            (&totals["reserved"], &totals["available"]),
            (&json!(UNITS), &json!(0)),
            "run {run}"
        );
    }
    app.stop().await;
}

async fn rush(app: &TestApp, item: Uuid, run: u32) -> Vec<(u16, bool)> {
    let body = json!({ "lines": [{ "item_id": item, "quantity": 1 }] }).to_string();
    let buyer = |n: usize| Buyer {
        body: body.clone().into_bytes(),
        key: format!("run {run} buyer {n}").replace(' ', "-"),
        requests: 0,
        told: Vec::new(),
    };
    let plan = Plan::new(app.address, app.api_key.clone(), Until::Sent(BUYERS as u64));
    let (_, buyers) = load::run(plan, (0..BUYERS).map(buyer).collect()).await.unwrap();
    buyers.into_iter().flat_map(|buyer| buyer.told).collect()
}
