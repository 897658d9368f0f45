//! Whose account a provider's word opens: linked once, by an address that the provider verified.

use kit::{Answer, Browser, TestApp};
use serde_json::{Value, json};

use super::both;
use super::process::Provider;
use super::signing_in::actions;
use super::traveller::{Traveller, location, problem};

const MEI: &str = "mei@example.com";
const IDENTITIES: &str = "/api/v1/people/me/identities";

async fn identities(app: &TestApp, browser: &Browser) -> Vec<Value> {
    let listed = browser.get(app, IDENTITIES).send().await.ok(200);
    listed["identities"].as_array().unwrap().clone()
}

async fn unlink(app: &TestApp, browser: &Browser, id: &Value) -> kit::Answer {
    let path = format!("{IDENTITIES}/{}", id.as_str().unwrap());
    browser.call(app, "DELETE", &path).send().await
}

async fn arrive(app: &TestApp, provider: &Provider, login: &str) -> Browser {
    let mut browser = Traveller::default();
    let _landed = browser.sign_in(app, provider, login).await;
    browser.browser(app).await
}

#[tokio::test]
async fn a_verified_address_opens_the_account_that_has_it_and_its_owner_is_told() {
    let (app, provider) = both().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let person = mei.current(&app).await["person_id"].clone();
    provider.knows("mei", MEI, true).await;
    let arrived = arrive(&app, &provider, "mei").await;
    assert_eq!(arrived.current(&app).await["person_id"], person);
    assert!(
        actions(&app)
            .await
            .ends_with(&["identity.link".to_owned(), "session.begin".to_owned()])
    );
    let letter = app.mail(MEI, "A way to sign in was added").await;
    assert!(letter.contains("The test's provider"), "{letter}");
    let linked = identities(&app, &mei).await;
    assert_eq!(
        (linked.len(), &linked[0]["issuer"], &linked[0]["email"]),
        (1, &json!(provider.issuer()), &json!(MEI))
    );
    let _still = Browser::sign_in(&app, MEI).await;
    app.stop().await;
}

#[tokio::test]
async fn a_providers_word_is_half_of_signing_in_for_whoever_has_a_second_factor_and_links_nothing() {
    let (app, provider) = both().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let person = mei.current(&app).await["person_id"].clone();
    provider.knows("mei", MEI, true).await;
    let (authenticator, _codes) = mei.enrol_totp(&app).await;
    for _ in 0..2 {
        let mut traveller = Traveller::default();
        let landed = traveller.sign_in(&app, &provider, "mei").await;
        let ticket = ticket_of(&landed);
        assert!(identities(&app, &mei).await.is_empty(), "linked by half a proof");
        app.clock().advance(30);
        let code = authenticator.code(&app);
        let ended = Browser::second_half(&app, &json!(ticket), &code).await;
        assert_eq!(ended.ok(201)["person_id"], person);
        let again = Browser::second_half(&app, &json!(ticket), &code).await;
        let _used_up = again.problem(401, "ticket_unusable");
    }
    app.stop().await;
}

#[tokio::test]
async fn whoever_is_linked_and_adds_a_second_factor_is_asked_for_it() {
    let (app, provider) = both().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    provider.knows("mei", MEI, true).await;
    let _linked = arrive(&app, &provider, "mei").await;
    let (authenticator, _codes) = mei.enrol_totp(&app).await;
    let mut traveller = Traveller::default();
    let ticket = ticket_of(&traveller.sign_in(&app, &provider, "mei").await);
    app.clock().advance(30);
    let ended = Browser::second_half(&app, &json!(ticket), &authenticator.code(&app)).await;
    assert_eq!(ended.status(), 201);
    app.stop().await;
}

/// The ticket in the address of the page that asks for the second factor; no cookie came with it.
fn ticket_of(landed: &Answer) -> String {
    let to = location(&landed.raw);
    let (page, fragment) = to.split_once('#').unwrap_or((&to, ""));
    assert_eq!((landed.status(), page), (303, "/sign-in"), "{to}");
    let session = |(name, value): &&(String, String)| name == "set-cookie" && value.starts_with("__Host-entrepot=");
    assert_eq!(landed.raw.headers.iter().find(session), None);
    let mut pairs = url::form_urlencoded::parse(fragment.as_bytes());
    let ticket = pairs.find(|(name, _)| name == "ticket");
    ticket.map(|(_, ticket)| ticket.into_owned()).unwrap()
}

#[tokio::test]
async fn an_address_that_nobody_verified_opens_nothing_and_makes_nobody() {
    let (app, provider) = both().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let before = actions(&app).await;
    provider.knows("thief", MEI, false).await;
    let mut thief = Traveller::default();
    problem(&thief.sign_in(&app, &provider, "thief").await, "email_not_verified");
    provider
        .control(&json!({ "accounts": { "thief": { "email": MEI } } }))
        .await;
    problem(&thief.sign_in(&app, &provider, "thief").await, "email_not_verified");
    provider
        .control(&json!({ "accounts": { "thief": { "email_verified": true } } }))
        .await;
    problem(&thief.sign_in(&app, &provider, "thief").await, "email_not_verified");
    provider.knows("thief", "nobody@example.com", false).await;
    problem(&thief.sign_in(&app, &provider, "thief").await, "email_not_verified");
    assert!(identities(&app, &mei).await.is_empty());
    let row = app
        .admin()
        .await
        .query_one("SELECT count(*) FROM people", &[])
        .await
        .unwrap();
    assert_eq!((row.get::<_, i64>(0), actions(&app).await), (1, before));
    app.stop().await;
}

#[tokio::test]
async fn an_address_that_only_looks_like_anothers_is_not_theirs() {
    let (app, provider) = both().await;
    let kim = Browser::sign_up(&app, "kim@example.com", "Lamps").await;
    // The sign for kelvin, whose lower case is the letter k.
    provider.knows("thief", "\u{212a}im@example.com", true).await;
    problem(
        &Traveller::default().sign_in(&app, &provider, "thief").await,
        "email_not_verified",
    );
    assert!(identities(&app, &kim).await.is_empty());
    app.stop().await;
}

#[tokio::test]
async fn once_linked_the_providers_name_for_somebody_counts_and_not_their_address() {
    let (app, provider) = both().await;
    provider.knows("mei", MEI, true).await;
    let mei = arrive(&app, &provider, "mei").await.current(&app).await["person_id"].clone();
    let lin = Browser::sign_up(&app, "lin@example.com", "Shades")
        .await
        .current(&app)
        .await["person_id"]
        .clone();
    // Mei's address is now Lin's at the provider, and not even verified: she is Mei as before.
    provider.knows("mei", "lin@example.com", false).await;
    assert_eq!(
        arrive(&app, &provider, "mei").await.current(&app).await["person_id"],
        mei
    );
    // Somebody else at the provider who has Mei's old address is let into the account that has it: the word is the provider's.
    provider.knows("lin", "lin@example.com", true).await;
    assert_eq!(
        arrive(&app, &provider, "lin").await.current(&app).await["person_id"],
        lin
    );
    app.stop().await;
}

#[tokio::test]
async fn the_last_way_in_stays_and_any_other_can_be_taken_away() {
    let (app, provider) = both().await;
    provider.knows("mei", MEI, true).await;
    let mei = arrive(&app, &provider, "mei").await;
    let linked = identities(&app, &mei).await;
    let _last = unlink(&app, &mei, &linked[0]["id"]).await.problem(409, "last_way_in");
    // A second account at the provider with the same address is a second way in.
    provider.knows("mei-too", MEI, true).await;
    let _too = arrive(&app, &provider, "mei-too").await;
    assert_eq!(unlink(&app, &mei, &linked[0]["id"]).await.status(), 204);
    assert_eq!(actions(&app).await.last().unwrap(), "identity.unlink");
    let left = identities(&app, &mei).await;
    assert_eq!(left.len(), 1);
    let _last = unlink(&app, &mei, &left[0]["id"]).await.problem(409, "last_way_in");
    app.stop().await;
}

#[tokio::test]
async fn two_that_are_unlinked_at_once_leave_one() {
    let (app, provider) = both().await;
    provider.knows("mei", MEI, true).await;
    let mei = arrive(&app, &provider, "mei").await;
    provider.knows("mei-too", MEI, true).await;
    let _too = arrive(&app, &provider, "mei-too").await;
    let linked = identities(&app, &mei).await;
    let (one, other) = tokio::join!(
        unlink(&app, &mei, &linked[0]["id"]),
        unlink(&app, &mei, &linked[1]["id"])
    );
    let mut statuses = [one.status(), other.status()];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409]);
    app.stop().await;
}

#[tokio::test]
async fn with_a_password_even_the_only_one_can_go_and_nobody_unlinks_anothers() {
    let (app, provider) = both().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let stranger = Browser::sign_up(&app, "stranger@example.com", "Elsewhere").await;
    provider.knows("mei", MEI, true).await;
    let _arrived = arrive(&app, &provider, "mei").await;
    let linked = identities(&app, &mei).await;
    let _unknown = unlink(&app, &stranger, &linked[0]["id"])
        .await
        .problem(404, "not_found");
    assert!(identities(&app, &stranger).await.is_empty());
    assert_eq!(unlink(&app, &mei, &linked[0]["id"]).await.status(), 204);
    let letter = app.mail(MEI, "A way to prove who you are was removed").await;
    assert!(letter.contains(&provider.issuer()), "{letter}");
    let _gone = unlink(&app, &mei, &linked[0]["id"]).await.problem(404, "not_found");
    assert!(identities(&app, &mei).await.is_empty());
    app.stop().await;
}
