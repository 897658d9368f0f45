//! What a well-behaved client does after a fault: it asks again under the same key until it knows.

use std::net::SocketAddr;
use std::time::Duration;

use actors::clock::stopwatch;
use simulators::shoppers::RequestBuffer;
use simulators::shoppers::http::Connection;
use tokio::task::JoinSet;

use super::home::API_KEY;
use super::rush::{Record, heard};

/// A hub that is ready again must give every client a final answer within this.
const SETTLED_WITHIN: Duration = Duration::from_secs(30);
const AGAIN_EVERY: Duration = Duration::from_millis(20);
const CLIENTS: usize = 16;

/// Asks again for everything that has neither a yes nor a no; how many those were.
pub(crate) async fn settle(address: SocketAddr, records: &mut [Record]) -> usize {
    let open: Vec<usize> = (0..records.len())
        .filter(|at| !records[*at].heard.is_yes() && !records[*at].heard.is_no())
        .collect();
    let mut clients = JoinSet::new();
    for share in open.chunks(open.len().div_ceil(CLIENTS).max(1)) {
        let share: Vec<(usize, Record)> = share.iter().map(|at| (*at, records[*at].clone())).collect();
        clients.spawn(settle_share(address, share));
    }
    while let Some(share) = clients.join_next().await {
        for (at, record) in share.unwrap() {
            records[at] = record;
        }
    }
    open.len()
}

async fn settle_share(address: SocketAddr, mut share: Vec<(usize, Record)>) -> Vec<(usize, Record)> {
    let mut connection = Connection::new(address, Duration::from_secs(10));
    let mut request = RequestBuffer::new(address, API_KEY);
    let started = stopwatch();
    let mut ticks = tokio::time::interval(AGAIN_EVERY);
    for (_, record) in &mut share {
        loop {
            record.heard = heard(&mut connection, &mut request, record).await;
            if record.heard.is_yes() || record.heard.is_no() {
                break;
            }
            assert!(started.elapsed() < SETTLED_WITHIN, "no final answer: {record:?}");
            ticks.tick().await;
        }
    }
    share
}

/// Repeats at most `limit` acknowledged checkouts, evenly spread; how many were repeated, and how many were answered
/// differently.
pub(crate) async fn repeat_differs(address: SocketAddr, records: &[Record], limit: usize) -> (usize, usize) {
    let mut connection = Connection::new(address, Duration::from_secs(10));
    let mut request = RequestBuffer::new(address, API_KEY);
    let yes: Vec<&Record> = records.iter().filter(|record| record.heard.status == 201).collect();
    let (mut repeated, mut differing) = (0, 0);
    for record in yes.iter().step_by(yes.len().div_ceil(limit).max(1)) {
        let again = heard(&mut connection, &mut request, record).await;
        repeated += 1;
        if again.status != 201 || again.body != record.heard.body {
            differing += 1;
            println!("{record:?} was answered differently: {again:?}");
        }
    }
    (repeated, differing)
}
