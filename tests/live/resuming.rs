//! Resuming: whatever is cut, stopped or forgotten, a screen either has everything or was told to load anew.

use std::collections::BTreeSet;

use kit::{Browser, Screen, TestApp};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use uuid::Uuid;

/// As many as a topic keeps here, so that being away for long is short.
const KEPT: u64 = 16;
const SEEDS: u64 = 6;
const STEPS: usize = 30;

/// What one screen knows of one item, kept as docs/live.md tells clients to.
struct Tracker {
    item: Uuid,
    topic: String,
    screen: Option<Screen>,
    place: Option<(Value, u64)>,
    /// Numbers of movements in the ledger.
    seen: BTreeSet<i64>,
    /// Movements that were told although they were known.
    duplicates: usize,
    /// Messages that did not follow on the last one.
    gaps: usize,
    reloads: usize,
    recoveries: usize,
}

impl Tracker {
    fn new(item: Uuid) -> Self {
        Self {
            item,
            topic: format!("item:{item}"),
            screen: None,
            place: None,
            seen: BTreeSet::new(),
            duplicates: 0,
            gaps: 0,
            reloads: 0,
            recoveries: 0,
        }
    }

    async fn connect(&mut self, app: &TestApp, browser: &Browser) {
        let mut screen = Screen::open(app, browser).await;
        let subscribed = match &self.place {
            Some((epoch, seq)) => screen.resume(&self.topic, epoch, *seq).await,
            None => screen.subscribe(&self.topic).await,
        };
        self.screen = Some(screen);
        self.take_place(app, &subscribed).await;
    }

    async fn take_place(&mut self, app: &TestApp, subscribed: &Value) {
        if subscribed["recovered"] == true {
            self.recoveries += 1;
            let (epoch, seq) = self.place.clone().unwrap();
            assert_eq!(subscribed["epoch"], epoch);
            assert_eq!(
                subscribed["seq"].as_u64().unwrap() - seq,
                subscribed["missed"].as_u64().unwrap()
            );
            return;
        }
        self.reloads += 1;
        self.place = Some((subscribed["epoch"].clone(), subscribed["seq"].as_u64().unwrap()));
        self.seen = ledger(app, self.item).await;
    }

    /// Hears until the movement with this number is known.
    async fn hear_until(&mut self, app: &TestApp, newest: i64) {
        while !self.seen.contains(&newest) {
            let message = self.screen.as_mut().unwrap().hear().await;
            match message["type"].as_str().unwrap() {
                "delta" => self.take(&message),
                "subscribed" => self.take_place(app, &message).await,
                other => panic!("{other}: {message}"),
            }
        }
    }

    fn take(&mut self, delta: &Value) {
        let (_, last) = self.place.as_mut().unwrap();
        if delta["from"].as_u64().unwrap() != *last + 1 {
            self.gaps += 1;
        }
        *last = delta["seq"].as_u64().unwrap();
        for movement in delta["data"].as_array().unwrap() {
            if !self.seen.insert(movement["seq"].as_i64().unwrap()) {
                self.duplicates += 1;
            }
        }
    }
}

async fn ledger(app: &TestApp, item: Uuid) -> BTreeSet<i64> {
    let page = app
        .get(&format!("/api/v1/stock/items/{item}/movements?limit=500"))
        .send()
        .await
        .ok(200);
    let movements = page["movements"].as_array().unwrap().iter();
    movements.map(|movement| movement["seq"].as_i64().unwrap()).collect()
}

/// Moves the item once; the movement's number.
async fn adjust(app: &TestApp, item: Uuid) -> i64 {
    let body = json!({ "item_id": item, "location_id": app.location(), "delta": 1, "reason": "found" });
    let _done = app.command("adjust", body).await.ok(200);
    *ledger(app, item).await.last().unwrap()
}

#[tokio::test]
async fn after_random_cuts_restarts_and_overflows_nothing_is_missing_and_nothing_twice() {
    let mut app = TestApp::builder().set("LIVE__MESSAGES_KEPT", KEPT).start().await;
    let browser = Browser::invited(&app, "mei@example.com", "viewer").await;
    let (mut recoveries, mut reloads) = (0, 0);
    for seed in 0..SEEDS {
        let mut random = StdRng::seed_from_u64(seed);
        let item = app.item(&format!("ITEM-{seed}"), 0).await;
        let mut tracker = Tracker::new(item);
        for step in 0..STEPS {
            match random.random_range(0..10) {
                0..=3 => {
                    let count = random.random_range(1..5);
                    for _ in 0..count {
                        adjust(&app, item).await;
                    }
                }
                4 => {
                    for _ in 0..KEPT + 3 {
                        adjust(&app, item).await;
                    }
                }
                5..=6 => tracker.screen = None,
                7 if step % 3 == 0 => {
                    tracker.screen = None;
                    app.restart().await;
                }
                _ => {}
            }
            if random.random_bool(0.6) {
                if tracker.screen.is_none() {
                    tracker.connect(&app, &browser).await;
                }
                let newest = ledger(&app, item).await.last().copied();
                if let Some(newest) = newest {
                    tracker.hear_until(&app, newest).await;
                }
                assert_eq!(
                    tracker.seen,
                    ledger(&app, item).await,
                    "seed {seed}, step {step}: a silent gap"
                );
                assert_eq!((tracker.gaps, tracker.duplicates), (0, 0), "seed {seed}, step {step}");
            }
        }
        recoveries += tracker.recoveries;
        reloads += tracker.reloads;
    }
    assert!(
        recoveries > 5 && reloads > 10,
        "{recoveries} recoveries, {reloads} reloads: the dice were loaded"
    );
}

#[tokio::test]
async fn when_the_hub_may_have_missed_something_it_says_so_unasked() {
    let app = TestApp::start().await;
    let browser = Browser::invited(&app, "mei@example.com", "viewer").await;
    let item = app.item("SHIRT", 5).await;
    let mut screen = Screen::open(&app, &browser).await;
    let first = screen.subscribe("stock").await;
    app.admin_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'entrepot'")
        .await;
    kit::until("commands are taken again", async || {
        let body = json!({ "item_id": item, "location_id": app.location(), "counted": 9 });
        app.command("count", body).await.status() == 200
    })
    .await;
    let anew = screen.hear_type("subscribed").await;
    assert_ne!(anew["epoch"], first["epoch"]);
    assert_eq!((&anew["recovered"], &anew["snapshot"]), (&json!(false), &Value::Null));
    let body = json!({ "item_id": item, "location_id": app.location(), "counted": 7 });
    let _counted = app.command("count", body).await.ok(200);
    while screen.hear_type("delta").await["data"][0]["on_hand"] != 7 {}
}

#[tokio::test]
async fn a_place_of_another_epoch_or_of_the_future_is_not_believed() {
    let app = TestApp::start().await;
    let browser = Browser::invited(&app, "mei@example.com", "viewer").await;
    let mut screen = Screen::open(&app, &browser).await;
    let first = screen.subscribe("stock").await;
    for (epoch, seq) in [
        (json!("0000000000000000"), 0),
        (json!("x"), 0),
        (json!(""), 7),
        (first["epoch"].clone(), 1),
    ] {
        let resumed = screen.resume("stock", &epoch, seq).await;
        assert_eq!(
            (&resumed["recovered"], &resumed["seq"]),
            (&json!(false), &json!(0)),
            "{epoch} {seq}"
        );
    }
    let resumed = screen.resume("stock", &first["epoch"], 0).await;
    assert_eq!((&resumed["recovered"], &resumed["missed"]), (&json!(true), &json!(0)));
}
