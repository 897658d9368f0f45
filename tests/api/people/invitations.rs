//! `/api/v1/invitations`

use kit::{Browser, TestApp, token_in};
use serde_json::json;

const AH: &str = "ah@example.com";

#[tokio::test]
async fn somebody_new_accepts_with_a_password_of_their_own_and_is_what_the_invitation_says() {
    let app = TestApp::start().await;
    let ah = Browser::invited(&app, AH, "staff").await;
    assert_eq!(ah.current(&app).await["role"], "staff");
    let members = app.get("/api/v1/members").send().await.ok(200);
    assert_eq!(
        (&members["members"][0]["email"], &members["members"][0]["role"]),
        (&json!(AH), &json!("staff"))
    );
    let waiting = app.get("/api/v1/invitations").send().await.ok(200);
    assert_eq!(waiting["invitations"], json!([]));
    let again = json!({ "email": AH, "role": "viewer" });
    let _member = app
        .post("/api/v1/invitations")
        .json(again)
        .send()
        .await
        .problem(409, "member_already");
    app.stop().await;
}

#[tokio::test]
async fn an_invitation_is_accepted_once_before_it_runs_out_and_not_after_it_was_withdrawn() {
    let app = TestApp::start().await;
    let invite = async |email: &str| {
        let body = json!({ "email": email, "role": "viewer" });
        let made = app.post("/api/v1/invitations").json(body).send().await.ok(201);
        (
            made["id"].as_str().unwrap().to_owned(),
            token_in(&app.mail(email, "invited").await),
        )
    };
    let accept = async |token: &str| {
        let body = json!({ "token": token, "password": Browser::PASSWORD, "name": "Ah" });
        Browser::default()
            .post(&app, "/api/v1/invitations/accept", body)
            .send()
            .await
    };
    let (_, used) = invite(AH).await;
    let (one, two) = tokio::join!(accept(&used), accept(&used));
    let mut statuses = [one.status(), two.status()];
    statuses.sort_unstable();
    assert!(statuses[0] == 201 && statuses[1] >= 400, "{statuses:?}");
    let _used = accept(&used).await.problem(410, "link_unusable");
    let (id, withdrawn) = invite("two@example.com").await;
    assert_eq!(
        app.call("DELETE", &format!("/api/v1/invitations/{id}"))
            .send()
            .await
            .status(),
        204
    );
    let _gone = accept(&withdrawn).await.problem(410, "link_unusable");
    let (_, late) = invite("three@example.com").await;
    app.clock().advance(7 * 24 * 3_600);
    let _late = accept(&late).await.problem(410, "link_unusable");
    app.stop().await;
}

#[tokio::test]
async fn an_account_is_joined_with_its_password_only_and_nothing_in_the_body_makes_the_offer_more() {
    let app = TestApp::start().await;
    let _own = Browser::sign_up(&app, AH, "Own shop").await;
    let body = json!({ "email": AH, "role": "viewer" });
    let _sent = app.post("/api/v1/invitations").json(body).send().await.ok(201);
    let token = token_in(&app.mail(AH, "invited").await);
    let offer = Browser::default()
        .post(&app, "/api/v1/invitations/look", json!({ "token": token }))
        .send()
        .await
        .ok(200);
    assert_eq!(
        (&offer["role"], &offer["has_account"]),
        (&json!("viewer"), &json!(true))
    );
    let accept = async |body| {
        Browser::default()
            .post(&app, "/api/v1/invitations/accept", body)
            .send()
            .await
    };
    let stolen = json!({ "token": token, "password": "whoever found the letter", "name": "Thief" });
    let _thief = accept(stolen).await.problem(401, "sign_in_refused");
    for field in ["role", "org_id", "organization_id", "email"] {
        let mut body = json!({ "token": token, "password": Browser::PASSWORD });
        body[field] = json!("owner");
        let _assigned = accept(body).await.problem(400, "invalid_field");
    }
    let joined = accept(json!({ "token": token, "password": Browser::PASSWORD })).await;
    let _in = joined.ok(201);
    let mut ah = Browser::default();
    ah.keep(&joined);
    assert_eq!(ah.current(&app).await["role"], "viewer");
    let mine = ah.get(&app, "/api/v1/organizations").send().await.ok(200);
    assert_eq!(mine["organizations"].as_array().unwrap().len(), 2);
    app.stop().await;
}

#[tokio::test]
async fn nobody_invites_above_their_own_role() {
    let app = TestApp::start().await;
    let admin = Browser::invited(&app, "admin@example.com", "admin").await;
    let body = |role: &str| json!({ "email": "friend@example.com", "role": role });
    let _owner = admin
        .post(&app, "/api/v1/invitations", body("owner"))
        .send()
        .await
        .problem(403, "role_refused");
    let _unknown = admin
        .post(&app, "/api/v1/invitations", body("root"))
        .send()
        .await
        .problem(422, "role_unknown");
    let _admin = admin
        .post(&app, "/api/v1/invitations", body("admin"))
        .send()
        .await
        .ok(201);
    let manager = Browser::invited(&app, "manager@example.com", "manager").await;
    let refused = manager.post(&app, "/api/v1/invitations", body("viewer")).send().await;
    assert_eq!(refused.problem(403, "forbidden")["permission"], "people:invite");
    app.stop().await;
}

#[tokio::test]
async fn an_invitation_goes_with_whoever_made_it() {
    let app = TestApp::start().await;
    let owner = Browser::invited(&app, "owner@example.com", "owner").await;
    let accept = async |token: &str| {
        let body = json!({ "token": token, "password": Browser::PASSWORD, "name": "Ah" });
        Browser::default()
            .post(&app, "/api/v1/invitations/accept", body)
            .send()
            .await
    };
    let offered = async |by: &Browser, email: &str, role: &str| {
        let body = json!({ "email": email, "role": role });
        let _sent = by.post(&app, "/api/v1/invitations", body).send().await.ok(201);
        token_in(&app.mail(email, "invited").await)
    };
    let id = async |who: &Browser| who.current(&app).await["person_id"].as_str().unwrap().to_owned();

    // Removed: what they offered is withdrawn.
    let gone = Browser::invited(&app, "gone@example.com", "admin").await;
    let token = offered(&gone, "accomplice@example.com", "admin").await;
    let path = format!("/api/v1/members/{}", id(&gone).await);
    assert_eq!(owner.call(&app, "DELETE", &path).send().await.status(), 204);
    let waiting = app.get("/api/v1/invitations").send().await.ok(200);
    assert_eq!(waiting["invitations"], json!([]));
    let _gone = accept(&token).await.problem(410, "link_unusable");

    // Made less: what they could no longer offer is refused.
    let less = Browser::invited(&app, "less@example.com", "admin").await;
    let token = offered(&less, "accomplice@example.com", "viewer").await;
    let body = json!({ "person_id": id(&less).await, "role": "staff" });
    let changed = owner.post(&app, "/api/v1/members/change", body).send().await;
    assert_eq!(changed.status(), 204);
    let _less = accept(&token).await.problem(410, "link_unusable");

    // A key that was revoked.
    let body = json!({ "name": "inviting", "permissions": ["people:invite", "stock:read", "checkouts:read"] });
    let key = owner.post(&app, "/api/v1/api-keys", body).send().await.ok(201);
    let body = json!({ "email": "friend@example.com", "role": "viewer" });
    let sent = app.post("/api/v1/invitations").api_key(key["secret"].as_str().unwrap());
    let _sent = sent.json(body).send().await.ok(201);
    let token = token_in(&app.mail("friend@example.com", "invited").await);
    let path = format!("/api/v1/api-keys/{}", key["id"].as_str().unwrap());
    assert_eq!(owner.call(&app, "DELETE", &path).send().await.status(), 204);
    let _revoked = accept(&token).await.problem(410, "link_unusable");
    app.stop().await;
}
