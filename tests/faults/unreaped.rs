//! A Postgres that died and that nobody has reaped: in a container the first process is often no good init.

use crate::harness::{Home, Hub, processes, turn};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_postgres_that_nobody_has_reaped_does_not_keep_the_hub_from_starting() {
    let _turn = turn().await;
    let home = Home::make().await;
    let hub = Hub::start(&home).await;
    let item = hub.new_item(10).await;
    // Orphans are ours to reap in this process, and we wait with that: to `kill(pid, 0)` the dead server looks alive.
    hub.kill();
    let dead = processes::kill_cluster(&home.data_dir);
    assert!(dead.iter().all(|pid| processes::is_gone(*pid)) && !dead.is_empty());
    let hub = Hub::start(&home).await;
    processes::wait_until_gone(&dead);
    assert_eq!(hub.status(&format!("/api/v1/stock/items/{item}")).await, 200);
    println!(
        "unreaped: dead_processes={} ready_ms={}",
        dead.len(),
        hub.ready_after.as_millis()
    );
}
