//! Owners and admins hear of every change of settings; nobody else does, and no letter holds what was entered.

use kit::{Browser, TestApp};
use serde_json::json;

use super::put;

const SECRET: &str = "sk_live_51HabcdefghijklmnopqrstuvWXYZ";

#[tokio::test]
async fn owners_and_admins_are_told_of_a_change_and_nobody_of_what_was_entered() {
    let app = TestApp::start().await;
    let _owner = Browser::invited(&app, "owner@example.com", "owner").await;
    let _admin = Browser::invited(&app, "admin@example.com", "admin").await;
    let _manager = Browser::invited(&app, "manager@example.com", "manager").await;
    let neighbour = Browser::sign_up(&app, "neighbour@example.com", "Shades").await;
    let _saved = put(&app, "stripe", json!({ "secret_key": SECRET })).await.ok(200);
    for address in ["owner@example.com", "admin@example.com"] {
        let letter = app.mail(address, "were changed").await;
        assert!(letter.contains("stripe were saved"), "{letter}");
        assert!(!letter.contains("sk_live"), "{letter}");
    }
    // Refused: nothing changed, and nobody is told.
    let _refused = put(&app, "paypal", json!({ "nonsense": "x" }))
        .await
        .problem(422, "settings_invalid");
    let deleted = app.call("DELETE", "/api/v1/platform-settings/stripe").send().await;
    assert_eq!(deleted.status(), 204);
    let deleted = async || {
        let all = app.letters("admin@example.com");
        all.iter().any(|letter| letter.contains("stripe were deleted"))
    };
    kit::until("a letter about the deletion", deleted).await;
    let told = |address: &str| {
        let all = app.letters(address);
        all.into_iter().filter(|letter| letter.contains("were changed")).count()
    };
    assert_eq!(told("owner@example.com"), 2);
    assert_eq!((told("manager@example.com"), told("neighbour@example.com")), (0, 0));
    drop(neighbour);
    app.stop().await;
}
