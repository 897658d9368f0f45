//! What others try on the way to the provider and back. Accepted: nothing.

use kit::{Browser, TestApp};
use serde_json::json;

use super::process::Provider;
use super::traveller::{Traveller, location, parameter, problem, with_parameter};
use super::{CALLBACK, SECRET, both, hub, set_the_clock};

const MEI: &str = "mei@example.com";

/// A browser that was at the provider and holds the way back.
async fn on_the_way_back(app: &TestApp, provider: &Provider, login: &str) -> (Traveller, String) {
    let mut browser = Traveller::default();
    let there = browser.leave(app, "").await;
    let back = browser.visit(provider, &there, login).await;
    (browser, back)
}

#[tokio::test]
async fn another_browser_cannot_be_sent_the_way_back() {
    let (app, provider) = both().await;
    provider.knows("thief", "thief@example.com", true).await;
    let (_thief, back) = on_the_way_back(&app, &provider, "thief").await;
    // A victim who began nothing, and one who is on the way themselves.
    problem(
        &Traveller::default().come_back(&app, &back).await,
        "sign_on_state_mismatch",
    );
    let mut victim = Traveller::default();
    let _there = victim.leave(&app, "").await;
    let own = victim.keeps_for_the_way().cloned();
    problem(&victim.come_back(&app, &back).await, "sign_on_state_mismatch");
    assert_eq!(victim.keeps_for_the_way().cloned(), own, "their own sign-in goes on");
    let state = parameter(&back, "state").unwrap();
    for planted in [state.as_str(), "", "x", &"a".repeat(64), &"0".repeat(64)] {
        let mut victim = Traveller::default();
        victim.plant(planted);
        problem(&victim.come_back(&app, &back).await, "sign_on_state_mismatch");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_state_is_good_once_for_its_own_provider_and_for_ten_minutes() {
    let (app, provider) = both().await;
    provider.knows("mei", MEI, true).await;
    let (browser, back) = on_the_way_back(&app, &provider, "mei").await;
    for url in [
        with_parameter(&back, "state", &"a".repeat(64)),
        with_parameter(&back, "state", ""),
        back.split("&state=").next().unwrap().to_owned(),
        CALLBACK.to_owned(),
    ] {
        problem(&browser.clone().come_back(&app, &url).await, "sign_on_state_mismatch");
    }
    let landed = browser.clone().come_back(&app, &back).await;
    assert_eq!(location(&landed.raw), "/");
    problem(&browser.clone().come_back(&app, &back).await, "sign_on_over");
    let (late, back) = on_the_way_back(&app, &provider, "mei").await;
    app.clock().advance(10 * 60);
    problem(&late.clone().come_back(&app, &back).await, "sign_on_over");
    app.stop().await;
}

#[tokio::test]
async fn a_code_is_good_once_and_for_nobody_elses_sign_in() {
    let (app, provider) = both().await;
    provider.knows("mei", MEI, true).await;
    provider.knows("thief", "thief@example.com", true).await;
    let (mut mei, back) = on_the_way_back(&app, &provider, "mei").await;
    let code = parameter(&back, "code").unwrap();
    // The thief saw the code and puts it into a sign-in of their own.
    let (mut thief, own) = on_the_way_back(&app, &provider, "thief").await;
    let injected = with_parameter(&own, "code", &code);
    problem(&thief.come_back(&app, &injected).await, "sign_on_refused");
    // The provider ends a code that was tried with another verifier, or at least gives nothing for it twice.
    let _whatever = mei.come_back(&app, &back).await;
    let (mut again, own) = on_the_way_back(&app, &provider, "mei").await;
    problem(
        &again.come_back(&app, &with_parameter(&own, "code", &code)).await,
        "sign_on_refused",
    );
    assert!(!thief.has_session() && !again.has_session());
    app.stop().await;
}

#[tokio::test]
async fn the_provider_gives_no_code_without_pkce_and_no_token_for_another_challenge() {
    let (app, provider) = both().await;
    provider.knows("mei", MEI, true).await;
    let mut browser = Traveller::default();
    let there = browser.leave(&app, "").await;
    let challenge = parameter(&there, "code_challenge").unwrap();
    let without = there
        .replace(&format!("&code_challenge={challenge}"), "")
        .replace("&code_challenge_method=S256", "");
    let back = browser.clone().visit(&provider, &without, "mei").await;
    assert_eq!(parameter(&back, "error").as_deref(), Some("invalid_request"), "{back}");
    problem(&browser.clone().come_back(&app, &back).await, "sign_on_misconfigured");
    let mut browser = Traveller::default();
    let there = browser.leave(&app, "").await;
    let other = with_parameter(&there, "code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    let back = browser.visit(&provider, &other, "mei").await;
    problem(&browser.come_back(&app, &back).await, "sign_on_refused");
    app.stop().await;
}

#[tokio::test]
async fn a_token_that_was_made_for_another_sign_in_is_refused_by_its_nonce() {
    let (app, provider) = both().await;
    provider.knows("mei", MEI, true).await;
    let mut browser = Traveller::default();
    let there = browser.leave(&app, "").await;
    let other = with_parameter(&there, "nonce", &"b".repeat(64));
    let back = browser.visit(&provider, &other, "mei").await;
    problem(&browser.come_back(&app, &back).await, "sign_on_refused");
    app.stop().await;
}

#[tokio::test]
async fn another_providers_answer_is_not_this_ones() {
    let (app, provider) = both().await;
    provider.knows("mei", MEI, true).await;
    let (mut browser, back) = on_the_way_back(&app, &provider, "mei").await;
    assert!(parameter(&back, "iss").is_some(), "the provider names itself: {back}");
    let mixed = with_parameter(&back, "iss", "https%3A%2F%2Fevil.example");
    problem(&browser.come_back(&app, &mixed).await, "sign_on_refused");
    app.stop().await;
}

#[tokio::test]
async fn another_provider_that_uses_the_same_name_means_somebody_else() {
    let (provider, other) = (Provider::start().await, Provider::start().await);
    let app = hub(&provider)
        .set("SIGN_IN__OTHER__ISSUER", other.issuer())
        .set("SIGN_IN__OTHER__CLIENT_ID", "entrepot")
        .set("SIGN_IN__OTHER__CLIENT_SECRET", SECRET)
        .start()
        .await;
    set_the_clock(&app);
    provider.knows("mei", MEI, true).await;
    let _mei = Traveller::default().sign_in(&app, &provider, "mei").await;
    // The same subject elsewhere, without and with a verified address of their own.
    for (is_verified, is_in) in [(false, false), (true, true)] {
        other.knows("mei", "thief@example.com", is_verified).await;
        let mut thief = Traveller::default();
        let there = thief.leave_for(&app, "/sso/other/start").await;
        let back = thief.visit(&other, &there, "mei").await;
        let _landed = thief.come_back(&app, &back).await;
        assert_eq!(thief.has_session(), is_in);
        if is_in {
            let me = thief
                .browser(&app)
                .await
                .get(&app, "/api/v1/people/me")
                .send()
                .await
                .ok(200);
            assert_eq!(me["email"], "thief@example.com");
        }
    }
    // What one provider gave is not taken where another's is awaited.
    let (mut browser, back) = on_the_way_back(&app, &provider, "mei").await;
    let elsewhere = back.replace("/sso/test/", "/sso/other/");
    problem(&browser.come_back(&app, &elsewhere).await, "sign_on_over");
    app.stop().await;
}

#[tokio::test]
async fn another_site_cannot_begin_a_sign_in() {
    let (app, _provider) = both().await;
    let start = async |site: &str| {
        let call = Browser::default()
            .get(&app, "/sso/test/start")
            .header("sec-fetch-site", site);
        call.send().await
    };
    for site in ["cross-site", "same-site"] {
        problem(&start(site).await, "cross_site");
    }
    for site in ["same-origin", "none"] {
        assert!(start(site).await.header("set-cookie").is_some(), "{site}");
    }
    app.stop().await;
}

#[tokio::test]
async fn no_spelling_of_return_to_leads_to_another_site() {
    let (app, provider) = both().await;
    provider.knows("mei", MEI, true).await;
    let mut browser = Traveller::default();
    for wish in [
        "//evil.example",
        "%2F%2Fevil.example",
        "%252f%252fevil.example",
        "/%5Cevil.example",
        "/%255Cevil.example",
        "/%09/evil.example",
        "/%0A/evil.example",
        "/%2Fevil.example",
        "/%252Fevil.example",
        "https%3A%2F%2Fevil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/./%2Fevil.example",
        "/..%2F%2Fevil.example",
        "/sso/test/start",
        "/orders%0D%0ASet-Cookie:%20x=y",
        "evil.example",
        "",
    ] {
        let there = browser.leave(&app, &format!("?return_to={wish}")).await;
        let back = browser.visit(&provider, &there, "mei").await;
        let landed = browser.come_back(&app, &back).await;
        assert_eq!((landed.status(), location(&landed.raw).as_str()), (303, "/"), "{wish}");
    }
    app.stop().await;
}

#[tokio::test]
async fn where_the_provider_sends_people_back_to_is_set_and_not_said_by_the_request() {
    let (app, _provider) = both().await;
    for name in ["host", "x-forwarded-host", "x-host", "forwarded"] {
        let call = Browser::default().get(&app, "/sso/test/start");
        let call = if name == "host" { call.without_host() } else { call };
        let value = if name == "forwarded" {
            "host=evil.example;proto=https"
        } else {
            "evil.example"
        };
        let answer = call.header(name, value).send().await;
        let redirect = parameter(&location(&answer.raw), "redirect_uri").unwrap();
        assert_eq!(redirect, "https%3A%2F%2Fhub.test%2Fsso%2Ftest%2Fcallback", "{name}");
    }
    app.stop().await;
}

#[tokio::test]
async fn paths_and_parameters_that_make_no_sense_are_a_callers_mistake() {
    let (app, _provider) = both().await;
    let get = async |path: &str| Browser::default().get(&app, path).send().await;
    for path in [
        "/sso/nobody/start",
        "/sso/nobody/callback",
        "/sso/TEST/start",
        "/sso//start",
        "/sso/test",
    ] {
        let _unknown = get(path).await.problem(404, "not_found");
    }
    for query in ["?state=a&state=b", "?code=a&code=b&state=x"] {
        let _twice = get(&format!("/sso/test/callback{query}"))
            .await
            .problem(400, "invalid_query");
    }
    for query in [
        "",
        "?code=x",
        "?error=access_denied",
        "?state=%00&code=%FF",
        "?state=x&code=y&iss=z",
    ] {
        problem(
            &get(&format!("/sso/test/callback{query}")).await,
            "sign_on_state_mismatch",
        );
    }
    let posted = Browser::default()
        .post(&app, "/sso/test/callback", json!({}))
        .send()
        .await;
    let _wrong = posted.problem(405, "method_not_allowed");
    app.stop().await;
}
