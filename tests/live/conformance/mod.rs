//! RFC 6455, case by case as Autobahn's list groups them, byte by byte over TCP against the real hub.
//!
//! The hub is no echo server: what it says about a message shows that the message arrived whole. Subscribing to a topic that
//! does not exist is answered with the topic's name, so the name is the echo; a text that is no message of ours is answered
//! with its length. A binary message is refused with 1003, which is right for an endpoint that understands only text.
//!
//! Left out, because there is nothing of it: 9.7 and 9.8 measure speed (`bench fanout` does); 12 and 13 are compression,
//! which is not negotiated, and a compressed frame is a reserved bit.

mod cases;
mod raw;

use kit::{Browser, TestApp};

/// Runs all cases and shows every one that failed, with what was expected and what came.
#[tokio::test]
async fn every_case_of_the_protocol_is_answered_as_the_rfc_says() {
    let app = TestApp::builder()
        .set("LIVE__LARGEST_MESSAGE_BYTES", 16 * 1024 * 1024)
        .set("LIVE__SOCKETS_PER_PERSON", 1_000)
        .start()
        .await;
    let browser = Browser::invited(&app, "mei@example.com", "viewer").await;
    let cases = cases::all();
    assert!(cases.len() > 180, "{} cases", cases.len());
    let (mut failed, mut wrong_codes) = (Vec::new(), 0);
    for case in &cases {
        let mut socket = raw::RawSocket::open(&app, &browser).await;
        let came = socket.run(&case.steps).await;
        if came != case.expected {
            let is_code = matches!(
                (&came.last(), &case.expected.last()),
                (Some(raw::Came::Close(_)), Some(raw::Came::Close(_)))
            );
            wrong_codes += usize::from(is_code);
            failed.push(format!("{}: expected {:?}, came {came:?}", case.name, case.expected));
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {} cases failed, {wrong_codes} by a wrong close code:\n{}",
        failed.len(),
        cases.len(),
        failed.join("\n")
    );
}
