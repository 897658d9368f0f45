//! `POST /api/v1/checkouts/{checkout_id}/release`

use kit::TestApp;

use super::{check_out, close, held};

#[tokio::test]
async fn releasing_puts_every_line_back_on_sale_once() {
    let app = TestApp::start().await;
    let (a, b) = (app.item("A", 5).await, app.item("B", 5).await);
    let made = check_out(&app, "basket", &[(a, 5), (b, 2)]).await.ok(201);
    let released = close(&app, &made, "release", "leave").await.ok(200);
    assert_eq!(released["state"], "released");
    assert!(
        released["lines"]
            .as_array()
            .unwrap()
            .iter()
            .all(|line| line["state"] == "released")
    );
    assert_eq!([held(&app, a).await, held(&app, b).await], [(0, 0), (0, 0)]);
    assert_eq!(close(&app, &made, "release", "leave").await.ok(200), released);
    for how in ["confirm", "release"] {
        let closed = close(&app, &made, how, &format!("{how}-late"))
            .await
            .problem(409, "checkout_closed");
        assert_eq!(closed["state"], "released");
    }
    // What was given back can be sold, and the old checkout stays closed.
    let _next = check_out(&app, "next", &[(a, 5)]).await.ok(201);
    app.stop().await;
}
