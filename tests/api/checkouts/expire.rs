//! Checkouts that run out.

use kit::{TestApp, until};

use super::{check_out, close, held, read};

#[tokio::test]
async fn a_checkout_runs_out_at_its_deadline_and_its_units_are_sold_to_others() {
    let app = TestApp::start().await;
    let (a, b) = (app.item("A", 5).await, app.item("B", 5).await);
    let made = check_out(&app, "basket", &[(a, 5), (b, 2)]).await.ok(201);
    app.clock().advance(59);
    let _refused = check_out(&app, "early", &[(a, 1)]).await.problem(409, "out_of_stock");
    assert_eq!(read(&app, &made).await["state"], "reserved");
    app.clock().advance(10);
    until("the checkout has expired", async || {
        read(&app, &made).await["state"] == "expired"
    })
    .await;
    assert_eq!([held(&app, a).await, held(&app, b).await], [(0, 0), (0, 0)]);
    for how in ["confirm", "release"] {
        let closed = close(&app, &made, how, how).await.problem(409, "checkout_closed");
        assert_eq!(closed["state"], "expired");
    }
    let _next = check_out(&app, "next", &[(a, 5)]).await.ok(201);
    app.stop().await;
}

#[tokio::test]
async fn confirming_from_the_deadline_on_is_refused_to_the_second() {
    let app = TestApp::start().await;
    let item = app.item("A", 5).await;
    let (early, late) = (
        check_out(&app, "early", &[(item, 1)]).await.ok(201),
        check_out(&app, "late", &[(item, 1)]).await.ok(201),
    );
    app.clock().advance(59);
    let _confirmed = close(&app, &early, "confirm", "pay-early").await.ok(200);
    app.clock().advance(1);
    let closed = close(&app, &late, "confirm", "pay-late")
        .await
        .problem(409, "checkout_closed");
    assert_eq!(closed["state"], "expired");
    app.stop().await;
}

#[tokio::test]
async fn what_runs_out_while_the_hub_is_down_is_given_back_when_it_is_up() {
    let mut app = TestApp::start().await;
    let item = app.item("A", 5).await;
    let made = check_out(&app, "basket", &[(item, 5)]).await.ok(201);
    app.clock().advance(3_600);
    app.restart().await;
    until("the checkout has expired", async || {
        read(&app, &made).await["state"] == "expired"
    })
    .await;
    assert_eq!(held(&app, item).await, (0, 0));
    app.stop().await;
}
