//! The last way in stays: a passkey or a password, never neither.

use kit::{Browser, Device, TestApp};
use serde_json::{Value, json};

const MEI: &str = "mei@example.com";

#[tokio::test]
async fn the_password_may_go_when_a_passkey_is_there_and_then_the_last_passkey_may_not() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let remove_password = async |proof: Value| {
        let path = "/api/v1/people/me/password/remove";
        mei.post(&app, path, json!({ "proof": proof })).send().await
    };
    let _last = remove_password(Browser::password_proof())
        .await
        .problem(409, "last_way_in");
    let mut phone = Device::default();
    let added = mei.add_passkey(&app, &mut phone, "Phone").await;
    assert_eq!(remove_password(Browser::password_proof()).await.status(), 204);
    let body = json!({ "email": MEI, "password": Browser::PASSWORD });
    let signed_in = Browser::default().post(&app, "/api/v1/sessions", body).send().await;
    let _no_password = signed_in.problem(401, "sign_in_refused");
    let factors = mei.get(&app, "/api/v1/factors").send().await.ok(200);
    assert_eq!(factors["has_password"], false);
    let proof = async |device: &mut Device| {
        let begun = mei
            .call(&app, "POST", "/api/v1/passkeys/prove/begin")
            .send()
            .await
            .ok(200);
        json!({ "ticket": begun["ticket"], "credential": device.get(&begun["options"]).await })
    };
    let remove_passkey = async |proof: Value| {
        let path = format!("/api/v1/passkeys/{}/remove", added["passkey"]["id"].as_str().unwrap());
        mei.post(&app, &path, json!({ "proof": proof })).send().await
    };
    let _twice = remove_password(proof(&mut phone).await).await.problem(404, "not_found");
    let _last = remove_passkey(proof(&mut phone).await)
        .await
        .problem(409, "last_way_in");
    // It still opens.
    let by = proof(&mut phone).await;
    // A letter brings a password back, and then the passkey may go.
    Browser::reset_password(&app, MEI).await;
    let _ended = remove_passkey(by).await.problem(401, "unauthenticated");
    app.stop().await;
}
