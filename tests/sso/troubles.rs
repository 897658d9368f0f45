//! Providers that are away, slow, or set up wrongly, and people who change their minds. Nobody gets a page of a server's error.

use kit::{Browser, Log, TestApp};
use serde_json::json;

use super::process::Provider;
use super::traveller::{Traveller, parameter, problem};
use super::{SECRET, both, hub, set_the_clock};

const MEI: &str = "mei@example.com";

async fn start(app: &TestApp) -> kit::Answer {
    Browser::default().get(app, "/sso/test/start").send().await
}

#[tokio::test]
async fn a_provider_that_is_down_is_said_to_be_and_asked_again_when_it_may_be_back() {
    let (app, mut provider) = both().await;
    provider.knows("mei", MEI, true).await;
    provider.stop().await;
    problem(&start(&app).await, "sign_on_unreachable");
    provider.restart().await;
    provider.knows("mei", MEI, true).await;
    problem(&start(&app).await, "sign_on_unreachable");
    assert_eq!(
        provider.asked("/.well-known/openid-configuration").await,
        0,
        "not asked again at once"
    );
    app.clock().advance(5);
    let mut browser = Traveller::default();
    let there = browser.leave(&app, "").await;
    let back = browser.visit(&provider, &there, "mei").await;
    provider.stop().await;
    problem(&browser.come_back(&app, &back).await, "sign_on_unreachable");
    let listed = Browser::default().get(&app, "/api/v1/sign-in/providers").send().await;
    let _others = listed.ok(200);
    app.stop().await;
}

#[tokio::test]
async fn a_provider_that_stalls_or_talks_nonsense_does_not_hold_the_hub_up() {
    let (app, provider) = both().await;
    provider.knows("mei", MEI, true).await;
    for (change, code) in [
        (json!({ "status": 500 }), "sign_on_misconfigured"),
        (json!({ "status": 302 }), "sign_on_misconfigured"),
        (json!({ "status": null, "stall": true }), "sign_on_unreachable"),
    ] {
        provider.control(&change).await;
        problem(&Traveller::default().sign_in(&app, &provider, "mei").await, code);
    }
    app.stop().await;
}

#[tokio::test]
async fn somebody_who_declines_at_the_provider_is_told_so_and_may_begin_again() {
    let (app, provider) = both().await;
    provider.knows("mei", MEI, true).await;
    let mut browser = Traveller::default();
    let there = browser.leave(&app, "").await;
    let back = browser.decline(&provider, &there).await;
    assert_eq!(parameter(&back, "error").as_deref(), Some("access_denied"));
    problem(&browser.come_back(&app, &back).await, "sign_on_denied");
    assert!(browser.keeps_for_the_way().is_none());
    let _landed = browser.sign_in(&app, &provider, "mei").await;
    assert!(browser.has_session());
    app.stop().await;
}

#[tokio::test]
async fn a_wrong_client_secret_or_issuer_is_the_operators_to_mend() {
    let provider = Provider::start().await;
    provider.knows("mei", MEI, true).await;
    let app = hub(&provider)
        .set("SIGN_IN__TEST__CLIENT_SECRET", "wrong")
        .start()
        .await;
    set_the_clock(&app);
    problem(
        &Traveller::default().sign_in(&app, &provider, "mei").await,
        "sign_on_misconfigured",
    );
    app.stop().await;
    let other_name = provider.issuer().replace("127.0.0.1", "localhost");
    let app = hub(&provider).set("SIGN_IN__TEST__ISSUER", other_name).start().await;
    problem(&start(&app).await, "sign_on_misconfigured");
    app.stop().await;
}

#[tokio::test]
async fn nothing_secret_and_nobodys_address_is_logged_on_the_way() {
    let log = Log::install();
    let (app, provider) = both().await;
    provider.knows("mei", MEI, true).await;
    let mut secrets = vec![SECRET.to_owned(), MEI.to_owned()];
    for tamper in [json!(null), json!("nonce"), json!("audience"), json!("expired")] {
        provider.control(&json!({ "tamper": tamper })).await;
        let mut browser = Traveller::default();
        let there = browser.leave(&app, "").await;
        secrets.extend(browser.keeps_for_the_way().cloned());
        let back = browser.visit(&provider, &there, "mei").await;
        secrets.extend(parameter(&back, "code"));
        secrets.extend(parameter(&back, "state"));
        let _landed = browser.come_back(&app, &back).await;
        if browser.has_session() {
            secrets.extend(browser.browser(&app).await.token);
        }
    }
    app.stop().await;
    let text = String::from_utf8_lossy(&log.bytes()).into_owned();
    assert!(
        text.contains("what a provider said was not believed"),
        "the log is read where it is written"
    );
    for secret in secrets {
        assert!(!text.contains(&secret), "{secret} is in the log");
    }
}
