//! Coming in by way of a provider when everything is as it should be.

use kit::{Browser, TestApp, token_in};
use serde_json::json;

use super::process::Provider;
use super::traveller::{Traveller, location, parameter};
use super::{CALLBACK, both, hub, set_the_clock};

const MEI: &str = "mei@example.com";

/// What the audit log says happened, the oldest first.
pub(super) async fn actions(app: &TestApp) -> Vec<String> {
    let question = "SELECT action FROM audit_entries WHERE actor_kind = 'person' ORDER BY at, seq";
    let rows = app.admin().await.query(question, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn the_sign_in_page_learns_who_can_be_asked() {
    let (app, _provider) = both().await;
    let listed = Browser::default()
        .get(&app, "/api/v1/sign-in/providers")
        .send()
        .await
        .ok(200);
    assert_eq!(
        listed,
        json!({ "providers": [{ "name": "test", "title": "The test's provider" }] })
    );
    app.stop().await;
}

#[tokio::test]
async fn somebody_new_becomes_a_person_with_a_shop_and_comes_in_again_as_the_same() {
    let (app, provider) = both().await;
    provider.knows("mei", "Mei@Example.com", true).await;
    let mut browser = Traveller::default();
    let landed = browser.sign_in(&app, &provider, "mei").await;
    assert_eq!((landed.status(), location(&landed.raw).as_str()), (303, "/"));
    let first = browser.browser(&app).await.current(&app).await;
    assert_eq!(first["role"], "owner");
    let me = browser
        .browser(&app)
        .await
        .get(&app, "/api/v1/people/me")
        .send()
        .await
        .ok(200);
    assert_eq!((&me["email"], &me["name"]), (&json!(MEI), &json!("Mei Lin")));
    assert_eq!(
        actions(&app).await,
        ["organization.create", "identity.link", "session.begin"]
    );
    let old = browser.browser(&app).await.token;
    let _again = browser.sign_in(&app, &provider, "mei").await;
    let second = browser.browser(&app).await;
    assert_ne!(old, second.token, "a session is new, whatever the browser had before");
    let current = second.current(&app).await;
    assert_eq!(
        (&current["person_id"], &current["organization_id"]),
        (&first["person_id"], &first["organization_id"])
    );
    assert_ne!(current["id"], first["id"]);
    app.stop().await;
}

#[tokio::test]
async fn the_way_there_asks_for_a_code_with_pkce_a_nonce_and_a_state_that_a_host_cookie_guards() {
    let (app, provider) = both().await;
    let answer = Browser::default().get(&app, "/sso/test/start").send().await;
    let url = location(&answer.raw);
    assert!(url.starts_with(&format!("{}/auth?", provider.issuer())), "{url}");
    let value = |name: &str| parameter(&url, name).unwrap_or_default();
    assert_eq!(
        (value("response_type").as_str(), value("code_challenge_method").as_str()),
        ("code", "S256")
    );
    assert_eq!(value("client_id"), "entrepot");
    assert_eq!(value("redirect_uri"), CALLBACK.replace(':', "%3A").replace('/', "%2F"));
    assert_eq!(
        (
            value("state").len(),
            value("nonce").len(),
            value("code_challenge").len()
        ),
        (64, 64, 43)
    );
    let cookie = answer.header("set-cookie").unwrap();
    let (secret, attributes) = cookie
        .strip_prefix("__Host-entrepot-sso=")
        .unwrap()
        .split_once(';')
        .unwrap();
    assert_eq!(attributes, " Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600");
    assert!(secret.len() == 64 && !url.contains(secret));
    let stored =
        "SELECT count(*) FROM sign_on_starts s WHERE s::text LIKE '%' || $1 || '%' OR s::text LIKE '%' || $2 || '%'";
    let row = app
        .admin()
        .await
        .query_one(stored, &[&secret, &value("state")])
        .await
        .unwrap();
    assert_eq!(row.get::<_, i64>(0), 0, "what is stored is a hash");
    app.stop().await;
}

#[tokio::test]
async fn a_page_of_ours_that_was_asked_for_is_where_the_browser_lands() {
    let (app, provider) = both().await;
    provider.knows("mei", MEI, true).await;
    let mut browser = Traveller::default();
    let there = browser.leave(&app, "?return_to=%2Forders%3Fstate%3Dnew").await;
    let back = browser.visit(&provider, &there, "mei").await;
    let landed = browser.come_back(&app, &back).await;
    assert_eq!(location(&landed.raw), "/orders?state=new");
    assert!(browser.has_session() && browser.keeps_for_the_way().is_none());
    app.stop().await;
}

#[tokio::test]
async fn somebody_new_who_is_invited_joins_whoever_waits_for_them() {
    let (app, provider) = both().await;
    let body = json!({ "email": MEI, "role": "manager" });
    let _sent = app.post("/api/v1/invitations").json(body).send().await.ok(201);
    provider.knows("mei", MEI, true).await;
    let mut browser = Traveller::default();
    let _landed = browser.sign_in(&app, &provider, "mei").await;
    let current = browser.browser(&app).await.current(&app).await;
    assert_eq!(current["role"], "manager");
    let members = app.get("/api/v1/members").send().await.ok(200);
    assert_eq!(members["members"][0]["email"], MEI);
    assert_eq!(
        actions(&app).await,
        ["invitation.accept", "identity.link", "session.begin"]
    );
    let token = token_in(&app.mail(MEI, "invited").await);
    let body = json!({ "token": token, "password": Browser::PASSWORD, "name": "Mei" });
    let again = Browser::default()
        .post(&app, "/api/v1/invitations/accept", body)
        .send()
        .await;
    let _used = again.problem(410, "link_unusable");
    app.stop().await;
}

#[tokio::test]
async fn a_provider_that_puts_the_address_into_the_token_is_not_asked_for_more() {
    let provider = Provider::start_talkative().await;
    let app = hub(&provider).start().await;
    set_the_clock(&app);
    provider.knows("mei", MEI, true).await;
    let mut browser = Traveller::default();
    let _landed = browser.sign_in(&app, &provider, "mei").await;
    assert!(browser.has_session());
    assert_eq!(provider.asked("/me").await, 0);
    app.stop().await;
}

#[tokio::test]
async fn a_public_client_signs_in_by_pkce_alone_with_another_algorithm() {
    let provider = Provider::start().await;
    let app = hub(&provider)
        .set("SIGN_IN__TEST__CLIENT_ID", "entrepot-public")
        .set("SIGN_IN__TEST__CLIENT_SECRET", "")
        .start()
        .await;
    set_the_clock(&app);
    provider.knows("mei", MEI, true).await;
    let mut browser = Traveller::default();
    let _landed = browser.sign_in(&app, &provider, "mei").await;
    assert!(browser.has_session());
    app.stop().await;
}

#[tokio::test]
async fn somebody_without_a_password_gets_one_by_letter_and_not_by_guessing() {
    let (app, provider) = both().await;
    provider.knows("mei", MEI, true).await;
    let _landed = Traveller::default().sign_in(&app, &provider, "mei").await;
    for password in ["", Browser::PASSWORD] {
        let body = json!({ "email": MEI, "password": password });
        let refused = Browser::default().post(&app, "/api/v1/sessions", body).send().await;
        let _refused = refused.problem(401, "sign_in_refused");
    }
    Browser::reset_password(&app, MEI).await;
    let _in = Browser::sign_in(&app, MEI).await;
    app.stop().await;
}
