//! The disk is full: first for the data, which Postgres survives, then for the log, which takes it down.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actors::clock::stopwatch;

use crate::harness::{
    Books, Ground, Home, Hub, Record, Rush, RushPlan, Shelf, seed, settle, turn, until, until_elapsed,
};

const MEGABYTES: u32 = 400;
const BUYERS: usize = 32;
const CHUNK: usize = 64 * 1024;

/// A file that takes the room away.
struct Ballast(PathBuf);

impl Ballast {
    /// Fills the disk, but for so many kilobytes.
    fn fill(home: &Home, leave_kb: u64) -> Self {
        let path = home.data_dir.join("ballast");
        let mut file = File::create(&path).unwrap();
        let chunk = vec![1; CHUNK];
        while file.write_all(&chunk).is_ok() {}
        let size = file.metadata().unwrap().len();
        file.set_len(size.saturating_sub(leave_kb * 1024)).unwrap();
        Self(path)
    }
}

impl Drop for Ballast {
    fn drop(&mut self) {
        let _removed = std::fs::remove_file(&self.0);
    }
}

/// What a full disk looked like from outside.
struct Seen {
    denied_after_ms: u128,
    read: u16,
    is_postgres_running: bool,
    first_yes_after_ms: u128,
    records: Vec<Record>,
}

/// Sells until the disk is full, looks around, makes room again and sells on.
async fn sell_until_full(home: &Home, hub: &mut Hub, shelf: &Arc<Shelf>, leave_kb: u64) -> Seen {
    let plan = RushPlan {
        address: hub.address,
        shelf: Arc::clone(shelf),
        buyers: BUYERS,
        seed: seed(),
        is_easily_put_off: false,
    };
    let rush = Rush::start(&plan);
    until("a sale", Duration::from_secs(20), async || rush.yes() > 50).await;
    let full = stopwatch();
    let ballast = Ballast::fill(home, leave_kb);
    until("the disk is full", Duration::from_secs(60), async || {
        rush.denied() > 200
    })
    .await;
    let denied_after_ms = full.elapsed().as_millis();
    if leave_kb == 0 {
        exhaust_log(home).await;
    }
    until_elapsed(stopwatch(), Duration::from_secs(2)).await;
    assert!(hub.is_running(), "the hub ended: {}", hub.last_words());
    assert_eq!(hub.status("/health/live").await, 200);
    let read = hub.status(&format!("/api/v1/stock/items/{}", shelf.plenty[0])).await;
    assert!(matches!(read, 200 | 503), "a read on a full disk: {read}");
    let is_postgres_running = home.is_postgres_running();
    drop(ballast);
    home.start_postgres().await;
    let room = stopwatch();
    let sold = rush.yes();
    until("selling again", Duration::from_secs(15), async || rush.yes() > sold).await;
    let first_yes_after_ms = room.elapsed().as_millis();
    until("selling on", Duration::from_secs(15), async || rush.yes() > sold + 100).await;
    Seen {
        denied_after_ms,
        read,
        is_postgres_running,
        first_yes_after_ms,
        records: rush.finish().await,
    }
}

/// Writes log records until there is no room for the next segment and Postgres gives up.
async fn exhaust_log(home: &Home) {
    let books = Books::open(home).await;
    for _ in 0..MEGABYTES {
        if books
            .admin
            .batch_execute("SELECT pg_logical_emit_message(false, 'faults', repeat('x', 1000000))")
            .await
            .is_err()
        {
            return;
        }
    }
    panic!("the log has room for {MEGABYTES} MB on a full disk");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_an_outage_and_what_was_acknowledged_before_is_still_there() {
    let _turn = turn().await;
    let home = Home::on(Ground::Memory(MEGABYTES)).await;
    let mut hub = Hub::start(&home).await;
    let mut shelf = Shelf::default();
    for _ in 0..12 {
        shelf.plenty.push(hub.new_item(1_000_000).await);
    }
    let (items, shelf) = (shelf.plenty.clone(), Arc::new(shelf));
    let mut everything = Vec::new();
    // A fresh log segment, and hardly any room: the data runs out first. Then no room at all: the log does.
    let books = Books::open(&home).await;
    for (phase, leave_kb) in [("data", 256), ("log", 0)] {
        if phase == "data" {
            books.admin.batch_execute("CHECKPOINT").await.unwrap();
            books.admin.batch_execute("SELECT pg_switch_wal()").await.unwrap();
        }
        let seen = sell_until_full(&home, &mut hub, &shelf, leave_kb).await;
        let broken = seen
            .records
            .iter()
            .filter(|record| record.heard.status >= 500 && record.heard.status != 503);
        let broken: Vec<&Record> = broken.collect();
        println!(
            "disk full: phase={phase} left_kb={leave_kb} first_503s_after_ms={} read_status={} postgres_running={} \
             first_yes_after_room_ms={} requests={} broken={}",
            seen.denied_after_ms,
            seen.read,
            seen.is_postgres_running,
            seen.first_yes_after_ms,
            seen.records.len(),
            broken.len(),
        );
        assert!(
            broken.is_empty(),
            "a full disk is 503, never another 5xx: {:?}",
            broken.first()
        );
        let mut records = seen.records;
        Books::open(&home).await.compare(&records).await.must_be_clean();
        settle(hub.address, &mut records).await;
        everything.append(&mut records);
    }
    let books = Books::open(&home).await;
    let findings = books.must_balance(&everything, &items).await;
    println!(
        "disk full: acknowledged={} lost={} twice={} hub_alive={} audit_clean=true",
        findings.acknowledged,
        findings.lost.len(),
        findings.twice.len(),
        hub.is_running(),
    );
}
