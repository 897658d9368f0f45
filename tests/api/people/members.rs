//! `/api/v1/members`: roles, limits, and who must stay.

use kit::{Browser, TestApp};
use serde_json::{Value, json};

async fn person(app: &TestApp, browser: &Browser) -> Value {
    browser.current(app).await["person_id"].clone()
}

async fn change(app: &TestApp, by: &Browser, person: &Value, role: &str) -> kit::Answer {
    let body = json!({ "person_id": person, "role": role });
    by.post(app, "/api/v1/members/change", body).send().await
}

async fn remove(app: &TestApp, by: &Browser, person: &Value) -> kit::Answer {
    let path = format!("/api/v1/members/{}", person.as_str().unwrap());
    by.call(app, "DELETE", &path).send().await
}

#[tokio::test]
async fn the_last_owner_cannot_leave_become_less_or_be_removed() {
    let app = TestApp::start().await;
    let owner = Browser::invited(&app, "owner@example.com", "owner").await;
    let id = person(&app, &owner).await;
    let _less = change(&app, &owner, &id, "admin").await.problem(403, "role_refused");
    let _gone = remove(&app, &owner, &id).await.problem(403, "role_refused");
    let leave = async |who: &Browser| who.call(&app, "POST", "/api/v1/members/leave").send().await;
    let _left = leave(&owner).await.problem(403, "role_refused");
    let second = Browser::invited(&app, "second@example.com", "owner").await;
    // Both at once: one must stay.
    let (one, two) = tokio::join!(leave(&owner), leave(&second));
    let mut statuses = [one.status(), two.status()];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 403]);
    app.stop().await;
}

#[tokio::test]
async fn nobody_raises_themselves_or_touches_somebody_above() {
    let app = TestApp::start().await;
    let owner = Browser::invited(&app, "owner@example.com", "owner").await;
    let admin = Browser::invited(&app, "admin@example.com", "admin").await;
    let staff = Browser::invited(&app, "staff@example.com", "staff").await;
    let (owner_id, admin_id, staff_id) = (
        person(&app, &owner).await,
        person(&app, &admin).await,
        person(&app, &staff).await,
    );
    let _self = change(&app, &admin, &admin_id, "owner")
        .await
        .problem(403, "role_refused");
    let _above = change(&app, &admin, &owner_id, "viewer")
        .await
        .problem(403, "role_refused");
    let _above = remove(&app, &admin, &owner_id).await.problem(403, "role_refused");
    let _not_theirs = change(&app, &staff, &staff_id, "owner").await.problem(403, "forbidden");
    assert_eq!(change(&app, &admin, &staff_id, "admin").await.status(), 204);
    assert_eq!(staff.current(&app).await["role"], "admin");
    app.stop().await;
}

#[tokio::test]
async fn a_removed_member_is_out_at_once_and_a_lesser_role_holds_at_once() {
    let app = TestApp::start().await;
    let owner = Browser::invited(&app, "owner@example.com", "owner").await;
    let staff = Browser::invited(&app, "staff@example.com", "staff").await;
    let id = person(&app, &staff).await;
    let adjust = async || {
        staff
            .post(&app, "/api/v1/stock/items", json!({ "sku": "LAMP" }))
            .send()
            .await
    };
    let _may_not = adjust().await.problem(403, "forbidden");
    let list = async || staff.get(&app, "/api/v1/stock/items").send().await;
    let _may = list().await.ok(200);
    assert_eq!(remove(&app, &owner, &id).await.status(), 204);
    let _out = list().await.problem(403, "no_organization");
    assert_eq!(remove(&app, &owner, &id).await.problem(404, "not_found")["status"], 404);
    app.stop().await;
}

#[tokio::test]
async fn another_organizations_member_is_as_unknown_as_nobody() {
    let app = TestApp::start().await;
    let owner = Browser::invited(&app, "owner@example.com", "owner").await;
    let stranger = Browser::sign_up(&app, "stranger@example.com", "Elsewhere").await;
    let id = person(&app, &stranger).await;
    let nobody = json!("0190a5e0-0000-7000-8000-0000000000ff");
    for who in [&id, &nobody] {
        let _unknown = change(&app, &owner, who, "viewer").await.problem(404, "not_found");
        let _unknown = remove(&app, &owner, who).await.problem(404, "not_found");
    }
    assert_eq!(stranger.current(&app).await["role"], "owner");
    app.stop().await;
}

#[tokio::test]
async fn a_member_limited_to_a_place_changes_stock_there_only() {
    let app = TestApp::start().await;
    let item = app.item("LAMP", 10).await;
    let annex = app
        .post("/api/v1/stock/locations")
        .json(json!({ "name": "Annex" }))
        .send()
        .await
        .ok(201)["id"]
        .clone();
    let staff = Browser::invited(&app, "staff@example.com", "staff").await;
    let id = person(&app, &staff).await;
    let limit = |ids: Value| json!({ "person_id": id, "role": "staff", "location_ids": ids });
    let set = async |body| app.post("/api/v1/members/change").json(body).send().await;
    let unknown = json!(["0190a5e0-0000-7000-8000-0000000000ff"]);
    let _unknown = set(limit(unknown)).await.problem(422, "location_unknown");
    let _empty = set(limit(json!([]))).await.problem(422, "out_of_bounds");
    assert_eq!(set(limit(json!([annex]))).await.status(), 204);
    kit::until("the limit holds", async || {
        let body = json!({ "item_id": item, "location_id": app.location(), "counted": 5 });
        staff
            .post(&app, "/api/v1/stock/commands/count", body)
            .send()
            .await
            .status()
            == 403
    })
    .await;
    let there = json!({ "item_id": item, "location_id": annex, "counted": 5 });
    let _may = staff
        .post(&app, "/api/v1/stock/commands/count", there)
        .send()
        .await
        .ok(200);
    let chosen = json!({ "item_id": item, "quantity": 1 });
    let refused = staff.post(&app, "/api/v1/stock/commands/reserve", chosen).send().await;
    let _hub_would_choose = refused.problem(403, "outside_limits");
    let moved = json!({ "item_id": item, "from_location_id": annex, "to_location_id": app.location(), "quantity": 1 });
    let refused = staff.post(&app, "/api/v1/stock/commands/transfer", moved).send().await;
    let _other_end = refused.problem(403, "outside_limits");
    app.stop().await;
}

#[tokio::test]
async fn somebody_limited_to_places_gives_nobody_more_than_those_not_even_themselves() {
    let app = TestApp::start().await;
    let here = app.location();
    let admin = Browser::invited(&app, "limited@example.com", "admin").await;
    let person = admin.current(&app).await["person_id"].clone();
    let limits = json!({ "person_id": person, "role": "admin", "location_ids": [here] });
    let limited = app.post("/api/v1/members/change").json(limits).send().await;
    assert_eq!(limited.status(), 204, "{}", limited.text());
    let free = json!({ "person_id": person, "role": "admin" });
    let key = json!({ "name": "till", "permissions": ["stock:adjust"] });
    let friend = json!({ "email": "friend@example.com", "role": "staff" });
    for (path, body) in [("members/change", free), ("api-keys", key), ("invitations", friend)] {
        let asked = admin.post(&app, &format!("/api/v1/{path}"), body).send().await;
        let _refused = asked.problem(403, "outside_limits");
    }
    let within = json!({ "email": "friend@example.com", "role": "staff", "location_ids": [here] });
    let _sent = admin.post(&app, "/api/v1/invitations", within).send().await.ok(201);
    app.stop().await;
}
