//! Passkeys, on a device that other people wrote: signing in without an address, as a second factor, as a proof; and every way
//! of answering that must not do.

use kit::{Answer, Browser, Device, TestApp};
use serde_json::{Value, json};

use super::{ANN, MEI};

async fn begin_sign_in(app: &TestApp) -> Value {
    let begun = Browser::default().call(app, "POST", "/api/v1/passkeys/sign-in/begin");
    begun.send().await.ok(200)
}

async fn finish_sign_in(app: &TestApp, ticket: &Value, credential: &Value) -> Answer {
    let body = json!({ "ticket": ticket, "credential": credential });
    Browser::default()
        .post(app, "/api/v1/passkeys/sign-in/finish", body)
        .send()
        .await
}

async fn sign_in(app: &TestApp, device: &mut Device) -> Answer {
    let begun = begin_sign_in(app).await;
    let answer = device.get(&begun["options"]).await;
    finish_sign_in(app, &begun["ticket"], &answer).await
}

#[tokio::test]
async fn a_passkey_signs_in_without_an_address_and_asks_its_person_to_unlock_it() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let mut phone = Device::default();
    let added = mei.add_passkey(&app, &mut phone, "Phone").await;
    assert_eq!(added["passkey"]["name"], "Phone");
    assert_eq!(
        kit::texts(&added["recovery_codes"]).len(),
        10,
        "the first factor brings them"
    );
    let letter = app.mail(MEI, "was added").await;
    assert!(letter.contains("The passkey \"Phone\" was added"), "{letter}");
    let begun = begin_sign_in(&app).await;
    assert_eq!(begun["options"]["publicKey"]["userVerification"], "required");
    assert_eq!(begun["options"]["publicKey"]["rpId"], "hub.test");
    assert_eq!(begun["options"]["publicKey"].get("allowCredentials"), None);
    let answer = sign_in(&app, &mut phone).await;
    let mut browser = Browser::default();
    browser.keep(&answer);
    assert_eq!(answer.ok(201)["person_id"], mei.current(&app).await["person_id"]);
    let _alive = browser.current(&app).await;
    let listed = mei.get(&app, "/api/v1/factors").send().await.ok(200);
    assert!(listed["passkeys"][0]["last_used_at"].is_string(), "{listed}");
    app.stop().await;
}

#[tokio::test]
async fn a_passkey_comes_second_after_the_password() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let mut phone = Device::default();
    let _added = mei.add_passkey(&app, &mut phone, "Phone").await;
    let ticket = Browser::first_half(&app, MEI).await;
    let ask = async || {
        let body = json!({ "ticket": ticket });
        let nobody = Browser::default();
        nobody
            .post(&app, "/api/v1/sessions/second-factor/passkey", body)
            .send()
            .await
    };
    let give = async |credential: Value| {
        let body = json!({ "ticket": ticket, "credential": credential });
        let nobody = Browser::default();
        nobody.post(&app, "/api/v1/sessions/second-factor", body).send().await
    };
    let early = phone.get(&begin_sign_in(&app).await["options"]).await;
    let _no_challenge = give(early).await.problem(401, "ticket_unusable");
    let options = ask().await.ok(200)["options"].clone();
    assert_eq!(options["publicKey"]["allowCredentials"].as_array().unwrap().len(), 1);
    // The answer to another challenge, and then the right one to a challenge that was used up by it.
    let other = phone.get(&begin_sign_in(&app).await["options"]).await;
    let _other_challenge = give(other).await.problem(401, "passkey_refused");
    let late = phone.get(&options).await;
    let _used_up = give(late).await.problem(401, "ticket_unusable");
    let right = phone.get(&ask().await.ok(200)["options"]).await;
    let _in = give(right.clone()).await.ok(201);
    let _again = give(right).await.problem(401, "ticket_unusable");
    app.stop().await;
}

#[tokio::test]
async fn an_answer_to_another_challenge_site_or_without_unlocking_opens_nothing() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let mut phone = Device::default();
    let _added = mei.add_passkey(&app, &mut phone, "Phone").await;
    let (first, second) = (begin_sign_in(&app).await, begin_sign_in(&app).await);
    let to_the_first = phone.get(&first["options"]).await;
    let crossed = finish_sign_in(&app, &second["ticket"], &to_the_first).await;
    let _other_challenge = crossed.problem(401, "passkey_refused");
    // Only a phishing site's page has another origin, and a subdomain is one.
    for origin in ["https://evil.hub.test", "https://hub.test:8443"] {
        let begun = begin_sign_in(&app).await;
        let lured = phone.get_at(origin, &begun["options"]).await;
        let answer = finish_sign_in(&app, &begun["ticket"], &lured).await;
        let _other_origin = answer.problem(401, "passkey_refused");
    }
    let mut begun = begin_sign_in(&app).await;
    begun["options"]["publicKey"]["rpId"] = json!("evil.example");
    let elsewhere = phone.get_at("https://evil.example", &begun["options"]).await;
    let answer = finish_sign_in(&app, &begun["ticket"], &elsewhere).await;
    let _other_site = answer.problem(401, "passkey_refused");
    let mut begun = begin_sign_in(&app).await;
    begun["options"]["publicKey"]["userVerification"] = json!("discouraged");
    let locked = phone.get(&begun["options"]).await;
    let answer = finish_sign_in(&app, &begun["ticket"], &locked).await;
    let _not_unlocked = answer.problem(401, "passkey_refused");
    // The answer that was right all along, twice.
    let begun = begin_sign_in(&app).await;
    let right = phone.get(&begun["options"]).await;
    let _in = finish_sign_in(&app, &begun["ticket"], &right).await.ok(201);
    let _replayed = finish_sign_in(&app, &begun["ticket"], &right)
        .await
        .problem(401, "ticket_unusable");
    let begun = begin_sign_in(&app).await;
    let right = phone.get(&begun["options"]).await;
    app.clock().advance(5 * 60);
    let late = finish_sign_in(&app, &begun["ticket"], &right).await;
    let _late = late.problem(401, "ticket_unusable");
    app.stop().await;
}

#[tokio::test]
async fn an_answer_that_names_somebody_else_or_is_bent_opens_nothing() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let ann = Browser::sign_up(&app, ANN, "Shades").await;
    let (mut meis, mut anns) = (Device::default(), Device::default());
    let _added = mei.add_passkey(&app, &mut meis, "Phone").await;
    let _added = ann.add_passkey(&app, &mut anns, "Phone").await;
    let bend = async |anns: &mut Device, bend: &dyn Fn(&mut Value)| {
        let begun = begin_sign_in(&app).await;
        let mut answer = anns.get(&begun["options"]).await;
        bend(&mut answer);
        finish_sign_in(&app, &begun["ticket"], &answer).await
    };
    let other = meis.get(&begin_sign_in(&app).await["options"]).await;
    let handle = other["response"]["userHandle"].clone();
    let as_mei = bend(&mut anns, &|answer| answer["response"]["userHandle"] = handle.clone()).await;
    let _refused = as_mei.problem(401, "passkey_refused");
    let id = other["id"].clone();
    let swap = |answer: &mut Value| {
        answer["id"] = id.clone();
        answer["rawId"] = id.clone();
        answer["response"]["userHandle"] = handle.clone();
    };
    let with_meis_key = bend(&mut anns, &swap).await;
    let _refused = with_meis_key.problem(401, "passkey_refused");
    for field in ["signature", "authenticatorData", "clientDataJSON", "userHandle"] {
        let emptied = bend(&mut anns, &|answer| answer["response"][field] = json!("AAAA")).await;
        let _refused = emptied.problem(401, "passkey_refused");
    }
    let nothing = bend(&mut anns, &|answer| *answer = json!({})).await;
    let _refused = nothing.problem(401, "passkey_refused");
    app.stop().await;
}

#[tokio::test]
async fn a_registration_is_its_own_persons_for_this_hubs_site_and_this_challenge() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let ann = Browser::sign_up(&app, ANN, "Shades").await;
    let begin = async |who: &Browser| {
        let body = json!({ "proof": Browser::password_proof() });
        let begun = who.post(&app, "/api/v1/passkeys/register/begin", body).send().await;
        begun.ok(200)
    };
    let finish = async |who: &Browser, ticket: &Value, credential: &Value| {
        let body = json!({ "ticket": ticket, "name": "Phone", "credential": credential });
        who.post(&app, "/api/v1/passkeys/register/finish", body).send().await
    };
    let wrong = json!({ "proof": { "password": "wrong horse battery" } });
    let unproved = mei.post(&app, "/api/v1/passkeys/register/begin", wrong).send().await;
    let _refused = unproved.problem(401, "sign_in_refused");
    let begun = begin(&mei).await;
    let selection = &begun["options"]["publicKey"]["authenticatorSelection"];
    assert_eq!(selection["residentKey"], "required");
    assert_eq!(selection["userVerification"], "required");
    let made = Device::default().create(&begun["options"]).await;
    let _anothers = finish(&ann, &begun["ticket"], &made)
        .await
        .problem(401, "ticket_unusable");
    let _used_up = finish(&mei, &begun["ticket"], &made)
        .await
        .problem(401, "ticket_unusable");
    let (first, second) = (begin(&mei).await, begin(&mei).await);
    let made = Device::default().create(&first["options"]).await;
    let _crossed = finish(&mei, &second["ticket"], &made)
        .await
        .problem(401, "passkey_refused");
    let begun = begin(&mei).await;
    let made = Device::default()
        .create_at("https://evil.hub.test", &begun["options"])
        .await;
    let _other_origin = finish(&mei, &begun["ticket"], &made)
        .await
        .problem(401, "passkey_refused");
    let mut begun = begin(&mei).await;
    begun["options"]["publicKey"]["authenticatorSelection"]["userVerification"] = json!("discouraged");
    let made = Device::default().create(&begun["options"]).await;
    let _not_unlocked = finish(&mei, &begun["ticket"], &made)
        .await
        .problem(401, "passkey_refused");
    let begun = begin(&mei).await;
    let made = Device::default().create(&begun["options"]).await;
    let _kept = finish(&mei, &begun["ticket"], &made).await.ok(201);
    app.stop().await;
}

#[tokio::test]
async fn a_passkey_whose_count_went_back_is_refused_and_its_person_is_told() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let mut phone = Device::default();
    let _added = mei.add_passkey(&app, &mut phone, "Phone").await;
    let mut copy = phone.copy();
    for _ in 0..3 {
        let _in = sign_in(&app, &mut phone).await.ok(201);
    }
    let _suspect = sign_in(&app, &mut copy).await.problem(401, "passkey_refused");
    let letter = app.mail(MEI, "A passkey of yours was refused").await;
    assert!(letter.contains("\"Phone\""), "{letter}");
    let log = mei
        .get(&app, "/api/v1/audit-log?action=passkey.suspect")
        .send()
        .await
        .ok(200);
    assert_eq!(log["entries"].as_array().unwrap().len(), 1, "{log}");
    let _still_good = sign_in(&app, &mut phone).await.ok(201);
    app.stop().await;
}

#[tokio::test]
async fn passkeys_are_named_listed_and_removed_by_their_own_person_with_a_proof() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let ann = Browser::sign_up(&app, ANN, "Shades").await;
    let (mut phone, mut key) = (Device::default(), Device::default());
    let added = mei.add_passkey(&app, &mut phone, "Phone").await;
    let second = mei.add_passkey(&app, &mut key, "Key").await;
    assert_eq!(second["recovery_codes"], Value::Null, "there were some already");
    let path = format!("/api/v1/passkeys/{}", added["passkey"]["id"].as_str().unwrap());
    let rename = async |who: &Browser, name: &str| {
        let call = who.call(&app, "PATCH", &path);
        call.json(json!({ "name": name })).send().await
    };
    assert_eq!(rename(&mei, "Old phone").await.status(), 204);
    let _anothers = rename(&ann, "Mine").await.problem(404, "not_found");
    let _empty = rename(&mei, " ").await.problem(422, "name_unusable");
    let remove = async |who: &Browser, proof: Value| {
        let path = format!("{path}/remove");
        who.post(&app, &path, json!({ "proof": proof })).send().await
    };
    let _anothers = remove(&ann, Browser::password_proof()).await.problem(404, "not_found");
    // Proved by the other passkey, once.
    let begun = mei
        .call(&app, "POST", "/api/v1/passkeys/prove/begin")
        .send()
        .await
        .ok(200);
    let answer = key.get(&begun["options"]).await;
    let proof = json!({ "ticket": begun["ticket"], "credential": answer });
    let anns_session = remove(&ann, proof.clone()).await;
    let _anothers_ticket = anns_session.problem(401, "ticket_unusable");
    let _used_up = remove(&mei, proof).await.problem(401, "ticket_unusable");
    let begun = mei
        .call(&app, "POST", "/api/v1/passkeys/prove/begin")
        .send()
        .await
        .ok(200);
    let answer = key.get(&begun["options"]).await;
    let proof = json!({ "ticket": begun["ticket"], "credential": answer });
    assert_eq!(remove(&mei, proof).await.status(), 204);
    let listed = mei.get(&app, "/api/v1/factors").send().await.ok(200);
    assert_eq!(listed["passkeys"].as_array().unwrap().len(), 1);
    assert_eq!(listed["passkeys"][0]["name"], "Key");
    let _gone = sign_in(&app, &mut phone).await.problem(401, "passkey_refused");
    let letter = app.mail(MEI, "was removed").await;
    assert!(letter.contains("\"Old phone\" was removed"), "{letter}");
    app.stop().await;
}
