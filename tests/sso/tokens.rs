//! ID tokens that were changed on their way, or made by somebody else, or for somebody else, or at another time.

use serde_json::json;

use super::process::Provider;
use super::traveller::{Traveller, problem};
use super::{both, hub, set_the_clock};

const MEI: &str = "mei@example.com";

#[tokio::test]
async fn a_token_that_does_not_hold_lets_nobody_in() {
    let (app, provider) = both().await;
    provider.knows("mei", MEI, true).await;
    let mut accepted = Vec::new();
    for (tamper, code) in [
        ("payload", "sign_on_refused"),
        ("signature", "sign_on_refused"),
        ("unsigned", "sign_on_refused"),
        ("shared_secret", "sign_on_refused"),
        ("public_key", "sign_on_refused"),
        ("other_key", "sign_on_refused"),
        ("unknown_key", "sign_on_refused"),
        ("issuer", "sign_on_refused"),
        ("audience", "sign_on_refused"),
        ("audiences", "sign_on_refused"),
        ("party", "sign_on_refused"),
        ("nonce", "sign_on_refused"),
        ("no_nonce", "sign_on_refused"),
        ("access_token", "sign_on_refused"),
        ("expired", "sign_on_clock_skew"),
        ("kept", "sign_on_clock_skew"),
        ("future", "sign_on_clock_skew"),
        ("missing", "sign_on_misconfigured"),
    ] {
        provider.control(&json!({ "tamper": tamper })).await;
        let mut browser = Traveller::default();
        let answer = browser.sign_in(&app, &provider, "mei").await;
        if browser.has_session() {
            accepted.push(tamper);
        } else {
            let expected = format!("/sign-in?problem={code}");
            assert_eq!(answer.header("location"), Some(expected.as_str()), "{tamper}");
        }
    }
    assert_eq!(accepted, Vec::<&str>::new());
    // The same, untouched, is believed: it was the tampering that was refused.
    provider.control(&json!({ "tamper": null })).await;
    let mut browser = Traveller::default();
    let _landed = browser.sign_in(&app, &provider, "mei").await;
    assert!(browser.has_session());
    app.stop().await;
}

#[tokio::test]
async fn a_provider_with_new_keys_is_believed_without_a_restart_of_the_hub() {
    let (app, mut provider) = both().await;
    provider.knows("mei", MEI, true).await;
    let _before = Traveller::default().sign_in(&app, &provider, "mei").await;
    provider.restart().await;
    provider.knows("mei", MEI, true).await;
    let mut browser = Traveller::default();
    let _landed = browser.sign_in(&app, &provider, "mei").await;
    assert!(browser.has_session());
    assert_eq!(
        provider.asked("/jwks").await,
        1,
        "asked for because the key was unknown"
    );
    assert_eq!(provider.asked("/.well-known/openid-configuration").await, 0);
    app.stop().await;
}

#[tokio::test]
async fn tokens_with_unknown_keys_do_not_make_the_hub_ask_for_keys_all_the_time() {
    let (app, provider) = both().await;
    provider.knows("mei", MEI, true).await;
    provider.control(&json!({ "tamper": "unknown_key" })).await;
    for _ in 0..5 {
        problem(
            &Traveller::default().sign_in(&app, &provider, "mei").await,
            "sign_on_refused",
        );
    }
    // Once at the beginning, once for the first unknown key.
    assert_eq!(provider.asked("/jwks").await, 2);
    app.clock().advance(31);
    problem(
        &Traveller::default().sign_in(&app, &provider, "mei").await,
        "sign_on_refused",
    );
    assert_eq!(provider.asked("/jwks").await, 3);
    app.stop().await;
}

#[tokio::test]
async fn clocks_may_differ_by_a_minute_and_not_by_more() {
    let provider = Provider::start().await;
    for (ahead, is_in) in [(-50, true), (-200, false), (700, false), (3_700, false)] {
        let app = hub(&provider).start().await;
        set_the_clock(&app);
        app.clock().advance(ahead);
        provider.knows("mei", MEI, true).await;
        let mut browser = Traveller::default();
        let answer = browser.sign_in(&app, &provider, "mei").await;
        assert_eq!(browser.has_session(), is_in, "{ahead}");
        if !is_in {
            problem(&answer, "sign_on_clock_skew");
        }
        app.stop().await;
    }
}
