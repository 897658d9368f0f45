//! Load runs against canned answers: what is counted, when a run ends, and what the shoppers are told.

#[cfg(test)]
mod canned;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::Duration;

use canned::{Reply, Server, bounded, deserted, until};
use simulators::shoppers::load::{LoadError, Plan, Shopper, Until, run, start};
use simulators::shoppers::workloads::{HotItem, Ping};
use simulators::shoppers::{Method, Request, RequestBuffer};
use uuid::Uuid;

const CREATED: &[u8] = b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}";
const CONFLICT: &[u8] = b"HTTP/1.1 409 Conflict\r\ncontent-length: 0\r\n\r\n";
const UNAVAILABLE: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n";
const AN_HOUR: Until = Until::Elapsed(Duration::from_secs(3600));

/// Remembers what it was told.
#[derive(Clone, Default)]
struct Witness {
    place: usize,
    asked: u64,
    seen: Vec<(u16, Vec<u8>)>,
    lost: u64,
}

impl Shopper for Witness {
    fn next(&mut self, request: &mut RequestBuffer) {
        assert_eq!(
            self.asked,
            self.seen.len() as u64 + self.lost,
            "asked again before the last request was settled"
        );
        self.asked += 1;
        request.write(&Request::new(Method::Post, &format!("/{}", self.place)));
    }

    fn seen(&mut self, status: u16, body: &[u8]) {
        self.seen.push((status, body.to_vec()));
    }

    fn lost(&mut self) {
        self.lost += 1;
    }
}

fn witnesses(count: usize) -> Vec<Witness> {
    (0..count)
        .map(|place| Witness {
            place,
            ..Witness::default()
        })
        .collect()
}

#[tokio::test]
async fn a_run_bounded_by_requests_sends_exactly_so_many_and_every_shopper_comes_back_in_its_place() {
    let server = Server::start(|_, _| Reply::bytes(CREATED)).await;
    let plan = Plan {
        threads: NonZeroUsize::new(3).unwrap(),
        ..Plan::new(server.addr, "key", Until::Sent(1_000))
    };
    let (report, shoppers) = bounded(run(plan, witnesses(8))).await.unwrap();
    assert_eq!(
        (report.counts.answered, report.counts.accepted, report.latency.count()),
        (1_000, 1_000, 1_000)
    );
    assert_eq!(server.received().len(), 1_000);
    assert!(report.requests_per_second() > 0.0 && report.latency.max_ms() >= report.latency.p50_ms());
    assert_eq!(
        shoppers.iter().map(|shopper| shopper.place).collect::<Vec<_>>(),
        (0..8).collect::<Vec<_>>()
    );
    for shopper in shoppers {
        let requests = server
            .received()
            .iter()
            .filter(|it| it.text.starts_with(&format!("POST /{} ", shopper.place)))
            .count();
        assert_eq!(shopper.seen, vec![(201, b"{}".to_vec()); requests]);
    }
}

#[tokio::test]
async fn a_run_bounded_by_time_lasts_that_long_and_its_last_requests_are_answered() {
    let server = Server::start(|_, _| Reply::bytes(CREATED)).await;
    let elapsed = Duration::from_millis(100);
    let plan = Plan::new(
        server.addr,
        "key",
        Until::Either {
            elapsed,
            sent: u64::MAX,
        },
    );
    let (report, shoppers) = bounded(run(plan, witnesses(4))).await.unwrap();
    assert!(report.elapsed >= elapsed);
    assert_eq!(
        report.counts.answered,
        shoppers.iter().map(|shopper| shopper.asked).sum::<u64>()
    );
    assert_eq!(report.counts.lost, 0);
}

#[tokio::test]
async fn the_warm_up_is_told_to_the_shoppers_and_left_out_of_the_report() {
    let server = Server::start(|_, _| Reply::bytes(CREATED)).await;
    let plan = Plan {
        warm_up: Duration::from_millis(200),
        ..Plan::new(server.addr, "key", Until::Sent(50))
    };
    let (report, shoppers) = bounded(run(plan, witnesses(2))).await.unwrap();
    assert_eq!((report.counts.answered, report.latency.count()), (50, 50));
    let seen: usize = shoppers.iter().map(|shopper| shopper.seen.len()).sum();
    assert!(seen > 50);
    assert_eq!(seen, server.received().len());
}

#[tokio::test]
async fn answers_are_counted_by_status_and_by_class() {
    let server = Server::start(|before, _| Reply::bytes([CREATED, CONFLICT, UNAVAILABLE, CREATED][before % 4])).await;
    let (report, _) = bounded(run(
        Plan::new(server.addr, "key", Until::Sent(40)),
        vec![Ping::new("/ping")],
    ))
    .await
    .unwrap();
    let counts = report.counts;
    assert_eq!(
        (counts.answered, counts.accepted, counts.refused, counts.unavailable),
        (40, 20, 10, 10)
    );
    assert_eq!(report.by_status, BTreeMap::from([(201, 20), (409, 10), (503, 10)]));
}

#[tokio::test]
async fn a_checkout_without_an_answer_is_sent_again_on_a_new_connection_with_the_same_key() {
    let server = Server::start(|before, _| match before {
        1 => Reply::bytes(b"HTTP/1.1 201 Crea").and_close(),
        _ => Reply::bytes(CREATED),
    })
    .await;
    let plan = Plan::new(server.addr, "key", Until::Sent(4));
    let (report, _) = bounded(run(plan, vec![HotItem::new(Uuid::max())])).await.unwrap();
    assert_eq!((report.counts.answered, report.counts.lost), (3, 1));
    let received = server.received();
    assert_eq!(
        received.iter().map(|request| request.connection).collect::<Vec<_>>(),
        [0, 0, 1, 1]
    );
    assert_eq!(received[1].text, received[2].text);
    assert_ne!(received[0].text, received[1].text);
    assert_ne!(received[2].text, received[3].text);
}

#[tokio::test]
async fn every_lost_request_is_told_to_its_shopper() {
    let server = Server::start(|before, _| match before % 3 {
        0 => Reply::bytes(b"").and_close(),
        _ => Reply::bytes(CREATED),
    })
    .await;
    let (report, shoppers) = bounded(run(Plan::new(server.addr, "key", Until::Sent(90)), witnesses(5)))
        .await
        .unwrap();
    assert_eq!((report.counts.answered, report.counts.lost), (60, 30));
    assert_eq!(shoppers.iter().map(|shopper| shopper.lost).sum::<u64>(), 30);
}

#[tokio::test]
async fn a_server_that_hangs_loses_requests_and_does_not_hold_up_the_run() {
    let server = Server::start(|before, _| match before {
        0 => Reply::bytes(b"HTTP/1.1 201").and_hang(),
        _ => Reply::bytes(CREATED),
    })
    .await;
    let timeout = Duration::from_millis(50);
    let plan = Plan {
        request_timeout: timeout,
        ..Plan::new(server.addr, "key", Until::Sent(20))
    };
    let (report, _) = bounded(run(plan, witnesses(1))).await.unwrap();
    assert_eq!((report.counts.answered, report.counts.lost), (19, 1));
}

#[tokio::test]
async fn shoppers_who_cannot_reach_the_server_try_again_and_then_go_home() {
    let plan = Plan {
        patience: Duration::from_millis(30),
        ..Plan::new(deserted().await, "key", Until::Sent(10))
    };
    let (report, shoppers) = bounded(run(plan, witnesses(3))).await.unwrap();
    assert_eq!((report.counts.gave_up, report.counts.answered), (3, 0));
    assert!(report.counts.connect_errors > 3);
    assert!(shoppers.iter().all(|shopper| shopper.asked == 1 && shopper.lost == 0));
}

#[tokio::test]
async fn a_server_that_comes_back_is_found_again_and_gets_the_request_it_missed() {
    let addr = deserted().await;
    let load = start(Plan::new(addr, "key", Until::Sent(2)), witnesses(1)).unwrap();
    let progress = load.progress();
    until(|| progress.counts().connect_errors > 0).await;
    let _server = Server::start_at(addr, |_, _| Reply::bytes(CREATED)).await;
    let (report, shoppers) = bounded(load.finish()).await.unwrap();
    assert_eq!(
        (report.counts.answered, report.counts.gave_up, shoppers[0].asked),
        (2, 0, 2)
    );
}

#[tokio::test]
async fn a_run_can_be_watched_and_stopped() {
    let server = Server::start(|_, _| Reply::bytes(CREATED)).await;
    let load = start(Plan::new(server.addr, "key", AN_HOUR), witnesses(2)).unwrap();
    let progress = load.progress();
    until(|| progress.counts().accepted >= 10).await;
    let interval = progress.take_interval();
    assert!(interval.count() >= 10 && interval.p99_ms() > 0.0);
    load.stop();
    let (report, _) = bounded(load.finish()).await.unwrap();
    assert_eq!(
        report.latency.count(),
        report.counts.answered,
        "an interval that was read is missing in the report"
    );
    assert!(report.elapsed < Duration::from_secs(60));
}

#[tokio::test]
async fn dropping_a_run_stops_it() {
    let server = Server::start(|_, _| Reply::bytes(CREATED)).await;
    let load = start(Plan::new(server.addr, "key", AN_HOUR), witnesses(2)).unwrap();
    let progress = load.progress();
    until(|| progress.counts().answered > 0).await;
    drop(load);
    server.has_closed(2).await;
}

#[tokio::test]
async fn shoppers_of_different_kinds_shop_side_by_side() {
    let server = Server::start(|_, _| Reply::bytes(CREATED)).await;
    let mixed: Vec<Box<dyn Shopper>> = vec![Box::new(Ping::new("/ping")), Box::new(HotItem::new(Uuid::max()))];
    bounded(run(
        Plan {
            warm_up: Duration::from_millis(200),
            ..Plan::new(server.addr, "key", Until::Sent(20))
        },
        mixed,
    ))
    .await
    .unwrap();
    for path in ["/ping", "/api/v1/checkouts"] {
        assert!(
            server
                .received()
                .iter()
                .any(|request| request.text.starts_with(&format!("POST {path} "))),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_shopper_that_panics_ends_the_run_of_all_with_an_error() {
    struct Fainting(bool);
    impl Shopper for Fainting {
        fn next(&mut self, _: &mut RequestBuffer) {
            assert!(!self.0, "fainted on purpose");
        }
        fn seen(&mut self, _: u16, _: &[u8]) {}
        fn lost(&mut self) {}
    }
    let plan = Plan {
        threads: NonZeroUsize::new(2).unwrap(),
        patience: Duration::MAX,
        ..Plan::new(deserted().await, "key", AN_HOUR)
    };
    let outcome = bounded(run(plan, vec![Fainting(false), Fainting(true)])).await;
    assert!(matches!(outcome, Err(LoadError::ShopperPanicked)));
}
