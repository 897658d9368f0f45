//! `POST /api/v1/checkouts/{checkout_id}/confirm`

use kit::TestApp;
use serde_json::json;

use super::{check_out, close, held, read};

#[tokio::test]
async fn confirming_allocates_every_line_for_good() {
    let app = TestApp::start().await;
    let (a, b, c) = (app.item("A", 5).await, app.item("B", 5).await, app.item("C", 5).await);
    let made = check_out(&app, "basket", &[(a, 1), (b, 2), (c, 3)]).await.ok(201);
    let confirmed = close(&app, &made, "confirm", "pay").await.ok(200);
    assert_eq!(confirmed["state"], "confirmed");
    assert!(
        confirmed["lines"]
            .as_array()
            .unwrap()
            .iter()
            .all(|line| line["state"] == "confirmed")
    );
    assert_eq!(read(&app, &made).await, confirmed);
    assert_eq!(
        [held(&app, a).await, held(&app, b).await, held(&app, c).await],
        [(0, 1), (0, 2), (0, 3)]
    );
    app.clock().advance(86_400 * 3);
    assert_eq!(read(&app, &made).await["state"], "confirmed");
    app.stop().await;
}

#[tokio::test]
async fn confirming_again_repeats_the_answer_and_with_another_key_says_that_it_is_over() {
    let mut app = TestApp::start().await;
    let (a, b) = (app.item("A", 5).await, app.item("B", 5).await);
    for (name, basket) in [("one", vec![(a, 1)]), ("two", vec![(a, 1), (b, 1)])] {
        let made = check_out(&app, name, &basket).await.ok(201);
        let pay = format!("pay-{name}");
        let first = close(&app, &made, "confirm", &pay).await.ok(200);
        assert_eq!(close(&app, &made, "confirm", &pay).await.ok(200), first);
        for how in ["confirm", "release"] {
            let closed = close(&app, &made, how, &format!("{how}-{name}"))
                .await
                .problem(409, "checkout_closed");
            assert_eq!(closed["state"], "confirmed");
        }
        app.restart().await;
        assert_eq!(
            close(&app, &made, "confirm", &pay).await.ok(200),
            first,
            "after a restart"
        );
    }
    assert_eq!([held(&app, a).await, held(&app, b).await], [(0, 2), (0, 1)]);
    app.stop().await;
}

#[tokio::test]
async fn a_repeated_confirmation_or_release_says_that_it_is_a_repeat() {
    let app = TestApp::start().await;
    let item = app.item("A", 5).await;
    for how in ["confirm", "release"] {
        let made = check_out(&app, how, &[(item, 1)]).await.ok(201);
        let key = format!("{how}-key");
        assert!(!close(&app, &made, how, &key).await.is_replay());
        assert!(close(&app, &made, how, &key).await.is_replay(), "{how}");
    }
    app.stop().await;
}

#[tokio::test]
async fn the_key_of_the_checkout_cannot_confirm_it() {
    let app = TestApp::start().await;
    let item = app.item("A", 5).await;
    let made = check_out(&app, "basket", &[(item, 1)]).await.ok(201);
    let _reused = close(&app, &made, "confirm", "basket")
        .await
        .problem(422, "idempotency_key_reused");
    assert_eq!(held(&app, item).await, (1, 0));
    app.stop().await;
}

#[tokio::test]
async fn an_unknown_checkout_cannot_be_closed_or_read() {
    let app = TestApp::start().await;
    let unknown = json!({ "id": "0190a5e0-0000-7000-8000-000000000001" });
    for how in ["confirm", "release"] {
        let problem = close(&app, &unknown, how, "key").await.problem(404, "not_found");
        assert_eq!(problem["detail"], "no such checkout");
    }
    app.stop().await;
}
