//! Items that leave memory, and repeats of what memory has forgotten.

use std::time::Duration;

use actors::clock::{Clock, SystemClock};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Books, Home, Hub, text, turn, until};

const CHECKOUTS: &str = "/api/v1/checkouts";
/// More than an item remembers from before it was loaded.
const FORGOTTEN_AFTER: i64 = 25_000;
/// Harmless movements of one item, put behind what it did so far: enough that its next loading forgets everything else.
const BURY: &str = "
    WITH shard AS (SELECT shard, seq FROM journal_shards WHERE shard = (
                       SELECT shard FROM stock_movements WHERE item_id = '{item}' LIMIT 1)),
         made AS (
            INSERT INTO stock_movements (seq, fingerprint, quantity, on_hand, reserved, allocated, safety, incoming,
                                         shortfall, at, shard, line, part, org_id, item_id, command_id, kind)
            SELECT shard.seq + n, 0, 7, 0, 0, 0, 0, 0, 0, now(), shard.shard, 0, 0, '{org}', '{item}',
                   gen_random_uuid(), 'reorder_point_set'
            FROM shard, generate_series(1, {count}) AS n RETURNING 1)
    UPDATE journal_shards j SET seq = j.seq + (SELECT count(*) FROM made) FROM shard WHERE j.shard = shard.shard;
    UPDATE inventory_items SET reorder_point = 7 WHERE id = '{item}';";

fn basket(item: Uuid, quantity: i64) -> Value {
    json!({ "lines": [{ "item_id": item, "quantity": quantity }] })
}

async fn leave_memory(hub: &Hub) -> Duration {
    until("the item leaves memory", Duration::from_secs(15), async || {
        hub.metric("entrepot_items_active").await == 0.0
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_that_left_memory_knows_its_old_commands_when_it_comes_back() {
    let _turn = turn().await;
    let home = Home::make().await;
    let hub = Hub::start_with(&home, &[("ENTREPOT__STOCK__IDLE_AFTER_SECONDS", "1")]).await;
    let item = hub.new_item(10).await;
    let first = SystemClock.fresh_id();
    let answer = hub.try_post(CHECKOUTS, &basket(item, 2), first).await;
    assert_eq!(answer.status, 201, "{}", text(&answer));
    hub.post(&format!("{CHECKOUTS}/{first}/confirm"), &Value::Null).await;
    let left_ms = leave_memory(&hub).await.as_millis();
    let again = hub.try_post(CHECKOUTS, &basket(item, 2), first).await;
    assert_eq!(
        (again.status, &again.body),
        (201, &answer.body),
        "the first answer, after the item left memory"
    );
    let other = hub.try_post(CHECKOUTS, &basket(item, 3), first).await;
    assert_eq!(other.status, 422, "{}", text(&other));
    let second = SystemClock.fresh_id();
    assert_eq!(hub.try_post(CHECKOUTS, &basket(item, 3), second).await.status, 201);
    hub.post(&format!("{CHECKOUTS}/{second}/release"), &Value::Null).await;
    leave_memory(&hub).await;
    // The hub dies; only the journal knows now.
    hub.kill();
    let hub = Hub::start(&home).await;
    let again = hub.try_post(CHECKOUTS, &basket(item, 2), first).await;
    assert_eq!(
        (again.status, &again.body),
        (201, &answer.body),
        "the first answer, after a restart"
    );
    let other = hub.try_post(CHECKOUTS, &basket(item, 9), second).await;
    assert_eq!(other.status, 422, "{}", text(&other));
    let books = Books::open(&home).await;
    let verdict = books.audit().await;
    println!(
        "passivation: left_after_ms={left_ms} replays=2 other_bodies_refused=2 audit_clean={}",
        verdict.is_clean
    );
    assert!(verdict.is_clean, "{}", verdict.in_words());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeat_older_than_what_memory_holds_gets_its_first_answer_from_the_journal() {
    let _turn = turn().await;
    let home = Home::make().await;
    let hub = Hub::start(&home).await;
    let (in_stock, sold_out) = (hub.new_item(10).await, hub.new_item(10).await);
    let mut sold = Vec::new();
    for (item, quantity) in [(in_stock, 4), (sold_out, 10)] {
        let key = SystemClock.fresh_id();
        let answer = hub.try_post(CHECKOUTS, &basket(item, quantity), key).await;
        assert_eq!(answer.status, 201, "{}", text(&answer));
        hub.post(&format!("{CHECKOUTS}/{key}/confirm"), &Value::Null).await;
        sold.push((item, quantity, key, answer));
    }
    hub.kill();
    let books = Books::open(&home).await;
    for item in [in_stock, sold_out] {
        let bury = BURY
            .replace("{item}", &item.to_string())
            .replace("{org}", &home.org.to_string());
        books
            .admin
            .batch_execute(&bury.replace("{count}", &FORGOTTEN_AFTER.to_string()))
            .await
            .unwrap();
    }
    let hub = Hub::start(&home).await;
    let mut repeats = Vec::new();
    for (item, quantity, key, first) in &sold {
        repeats.push((hub.try_post(CHECKOUTS, &basket(*item, *quantity), *key).await, first));
    }
    let other = hub.try_post(CHECKOUTS, &basket(in_stock, 5), sold[0].2).await;
    assert_eq!(other.status, 422, "{}", text(&other));
    let replayed = repeats
        .iter()
        .filter(|(again, first)| again.status == 201 && again.body == first.body)
        .count();
    let verdict = books.audit().await;
    println!(
        "forgotten: movements_since={FORGOTTEN_AFTER} repeats=2 replayed={replayed} audit_clean={}",
        verdict.is_clean
    );
    assert!(verdict.is_clean, "{}", verdict.in_words());
    for ((again, first), when) in repeats.iter().zip(["units are left", "the item is sold out"]) {
        assert_eq!(
            (again.status, text(again)),
            (201, text(first)),
            "a repeat that memory has forgotten, when {when}"
        );
    }
}
