//! The HTTP client against canned bytes: what it makes of answers, and what it may conclude when there is none.

#[cfg(test)]
mod canned;

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use canned::{Reply, Server, bounded, deserted};
use simulators::shoppers::http::{Doubt, RequestError};
use simulators::shoppers::{Client, Method, Request};
use tokio::net::TcpListener;

const CREATED: &[u8] = b"HTTP/1.1 201 Created\r\ncontent-length: 8\r\n\r\n{\"id\":1}";
const SHORT: Duration = Duration::from_millis(50);

#[tokio::test]
async fn a_post_is_answered_with_status_body_and_nothing_invented() {
    let server = Server::start(|_, _| Reply::bytes(CREATED)).await;
    let mut client = Client::new(server.addr, "secret");
    let response = bounded(client.post("/orders", r#"{"a":2}"#, Some("k-1")))
        .await
        .unwrap();
    assert_eq!((response.status, response.retry_after), (201, None));
    assert_eq!(response.json().unwrap(), serde_json::json!({ "id": 1 }));
    let sent = &server.received()[0].text;
    assert!(
        sent.starts_with("POST /orders HTTP/1.1\r\n") && sent.ends_with("\r\n\r\n{\"a\":2}"),
        "{sent}"
    );
    assert!(
        sent.contains("\r\nAuthorization: Bearer secret\r\nIdempotency-Key: k-1\r\n"),
        "{sent}"
    );
}

#[tokio::test]
async fn requests_follow_each_other_on_one_connection_whatever_shape_the_answers_have() {
    let server = Server::start(|before, _| match before {
        0 => Reply::pieces(&[
            b"HTTP/1.1 200 O",
            b"K\r\nContent-Len",
            b"gth: 6\r\n\r",
            b"\nab",
            b"cdef",
        ]),
        1 => Reply::pieces(&[
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r",
            b"\nabc\r\n3\r\ndef\r\n0\r\n",
            b"\r\n",
        ]),
        2 => Reply::bytes(b"HTTP/1.1 204 No Content\r\n\r\n"),
        _ => Reply::bytes(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n"),
    })
    .await;
    let mut client = Client::new(server.addr, "secret");
    for expected in [
        (200, "abcdef", None),
        (200, "abcdef", None),
        (204, "", None),
        (503, "", Some(Duration::from_secs(2))),
    ] {
        let response = bounded(client.get("/")).await.unwrap();
        assert_eq!(
            (
                response.status,
                str::from_utf8(&response.body).unwrap(),
                response.retry_after
            ),
            expected
        );
    }
    assert!(server.received().iter().all(|request| request.connection == 0));
}

#[tokio::test]
async fn an_answer_that_announces_the_close_is_followed_by_a_new_connection() {
    let server = Server::start(|_, _| {
        Reply::bytes(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok").and_close()
    })
    .await;
    let mut client = Client::new(server.addr, "secret");
    for connection in 0..3 {
        assert_eq!(
            bounded(client.send(&Request::new(Method::Delete, "/it")))
                .await
                .unwrap()
                .body,
            b"ok"
        );
        assert_eq!(server.received()[connection].connection, connection);
    }
}

#[tokio::test]
async fn a_second_answer_in_the_same_packet_is_never_taken_for_that_of_the_next_request() {
    let server = Server::start(|before, _| match before {
        0 => Reply::bytes(&[CREATED, b"HTTP/1.1 409 Conflict\r\ncontent-length: 0\r\n\r\n"].concat()),
        _ => Reply::bytes(CREATED),
    })
    .await;
    let mut client = Client::new(server.addr, "secret");
    for connection in 0..2 {
        assert_eq!(bounded(client.post("/", "{}", None)).await.unwrap().status, 201);
        assert_eq!(server.received()[connection].connection, connection);
    }
}

#[tokio::test]
async fn a_connection_closed_while_idle_is_replaced_without_a_doubt() {
    let server = Server::start(|_, _| Reply::bytes(CREATED).and_close()).await;
    let mut client = Client::new(server.addr, "secret");
    for connection in 0..2 {
        assert_eq!(bounded(client.post("/", "{}", None)).await.unwrap().status, 201);
        server.has_closed(connection + 1).await;
    }
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn a_close_in_the_middle_of_an_answer_leaves_a_doubt_and_the_next_request_a_new_connection() {
    let cut_short: [&[u8]; 4] = [
        b"",
        b"HTTP/1.1 200 OK\r\ncontent-le",
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ];
    let server = Server::start(move |before, _| match cut_short.get(before) {
        Some(bytes) => Reply::bytes(bytes).and_close(),
        None => Reply::bytes(CREATED),
    })
    .await;
    let mut client = Client::new(server.addr, "secret");
    for _ in cut_short {
        let outcome = bounded(client.post("/", "{}", Some("k-1"))).await;
        assert!(
            matches!(outcome, Err(RequestError::InDoubt(Doubt::Closed))),
            "{outcome:?}"
        );
    }
    assert_eq!(bounded(client.post("/", "{}", Some("k-1"))).await.unwrap().status, 201);
}

#[tokio::test]
async fn an_answer_that_does_not_come_in_time_leaves_a_doubt() {
    let server = Server::start(|before, _| match before {
        0 => Reply::bytes(b"").and_hang(),
        1 => Reply::bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf").and_hang(),
        _ => Reply::bytes(CREATED),
    })
    .await;
    let mut client = Client::with_timeout(server.addr, "secret", SHORT);
    for _ in 0..2 {
        let outcome = bounded(client.post("/", "{}", Some("k-1"))).await;
        assert!(
            matches!(outcome, Err(RequestError::InDoubt(Doubt::TimedOut))),
            "{outcome:?}"
        );
    }
}

#[tokio::test]
async fn the_time_for_an_answer_counts_from_its_request_however_old_the_connection_is() {
    let server = Server::start(|_, request| match request.text.starts_with("GET /hang ") {
        true => Reply::bytes(b"").and_hang(),
        false => Reply::bytes(CREATED),
    })
    .await;
    let mut client = Client::with_timeout(server.addr, "secret", SHORT);
    let opened_at = Instant::now();
    while opened_at.elapsed() < 2 * SHORT {
        bounded(client.get("/")).await.unwrap();
    }
    let asked_at = Instant::now();
    let outcome = bounded(client.get("/hang")).await;
    assert!(
        matches!(outcome, Err(RequestError::InDoubt(Doubt::TimedOut))),
        "{outcome:?}"
    );
    assert!(asked_at.elapsed() >= SHORT);
    assert!(server.received().iter().all(|request| request.connection == 0));
}

#[tokio::test]
async fn what_is_no_http_leaves_a_doubt_too() {
    let server = Server::start(|_, _| Reply::bytes(b"SSH-2.0-OpenSSH_9.6\r\n")).await;
    let outcome = bounded(Client::new(server.addr, "secret").get("/")).await;
    assert!(
        matches!(outcome, Err(RequestError::InDoubt(Doubt::Malformed(_)))),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_server_that_is_not_there_is_a_failure_to_connect() {
    let outcome = bounded(Client::new(deserted().await, "secret").get("/")).await;
    assert!(
        matches!(&outcome, Err(RequestError::Connect { source, .. }) if source.kind() == ErrorKind::ConnectionRefused),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_request_the_connection_does_not_take_whole_was_certainly_not_sent() {
    let never_accepts = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut client = Client::with_timeout(never_accepts.local_addr().unwrap(), "secret", SHORT);
    let larger_than_any_socket_buffer = vec![b' '; 64 * 1024 * 1024];
    let outcome = bounded(client.post("/", larger_than_any_socket_buffer, Some("k-1"))).await;
    assert!(
        matches!(&outcome, Err(RequestError::NotSent(source)) if source.kind() == ErrorKind::TimedOut),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_request_that_is_cancelled_does_not_leave_its_answer_to_the_next_one() {
    let server = Server::start(|before, _| match before {
        0 => Reply::bytes(b"HTTP/1.1 409 Conflict\r\ncontent-length: 9\r\n\r\n").and_hang(),
        _ => Reply::bytes(CREATED),
    })
    .await;
    let mut client = Client::new(server.addr, "secret");
    assert!(tokio::time::timeout(SHORT, client.get("/")).await.is_err());
    assert_eq!(bounded(client.get("/")).await.unwrap().status, 201);
}
