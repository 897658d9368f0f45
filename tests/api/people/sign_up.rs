//! `/api/v1/people/sign-up` and `/verify`

use kit::{Browser, PUBLIC_URL, TestApp, token_in};
use serde_json::{Value, json};

const MEI: &str = "mei@example.com";

fn body(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password, "name": "Mei Lin", "organization": "Lamps" })
}

async fn sign_up(app: &TestApp, body: Value) -> kit::Answer {
    Browser::default()
        .post(app, "/api/v1/people/sign-up", body)
        .send()
        .await
}

async fn verify(app: &TestApp, token: &str, password: &str) -> kit::Answer {
    let body = json!({ "token": token, "password": password });
    Browser::default().post(app, "/api/v1/people/verify", body).send().await
}

#[tokio::test]
async fn signing_up_makes_a_person_and_an_organization_that_they_own_when_the_mail_is_answered() {
    let app = TestApp::start().await;
    let mei = Browser::sign_up(&app, " Mei@Example.com ", "Lamps & Co").await;
    let session = mei.current(&app).await;
    assert_eq!((&session["role"], &session["see_as"]), (&json!("owner"), &json!(null)));
    let me = mei.get(&app, "/api/v1/people/me").send().await.ok(200);
    assert_eq!((&me["email"], &me["name"]), (&json!(MEI), &json!("Mei Lin")));
    let mine = mei.get(&app, "/api/v1/organizations").send().await.ok(200);
    assert_eq!(mine["organizations"][0]["name"], "Lamps & Co");
    let item = json!({ "sku": "LAMP" });
    let _made = mei.post(&app, "/api/v1/stock/items", item).send().await.ok(201);
    // The first organization sees nothing of it.
    let theirs = app.get("/api/v1/members").send().await.ok(200);
    assert_eq!(theirs["members"], json!([]));
    app.stop().await;
}

#[tokio::test]
async fn the_link_works_once_and_only_with_the_password_of_the_sign_up() {
    let app = TestApp::start().await;
    // Somebody else signs up with Mei's address and waits for her to click.
    let _sent = sign_up(&app, body(MEI, "the thief's password")).await;
    let token = token_in(&app.mail(MEI, "Confirm").await);
    let _refused = verify(&app, &token, Browser::PASSWORD)
        .await
        .problem(401, "sign_in_refused");
    let _refused = verify(&app, &"0".repeat(64), "the thief's password")
        .await
        .problem(410, "link_unusable");
    let _made = verify(&app, &token, "the thief's password").await.ok(201);
    let _used = verify(&app, &token, "the thief's password")
        .await
        .problem(410, "link_unusable");
    app.stop().await;
}

#[tokio::test]
async fn a_link_runs_out_after_a_day() {
    let app = TestApp::start().await;
    let _sent = sign_up(&app, body(MEI, Browser::PASSWORD)).await;
    let token = token_in(&app.mail(MEI, "Confirm").await);
    app.clock().advance(24 * 3_600);
    let _late = verify(&app, &token, Browser::PASSWORD)
        .await
        .problem(410, "link_unusable");
    app.stop().await;
}

#[tokio::test]
async fn an_address_with_an_account_gets_the_same_answer_and_another_letter() {
    let app = TestApp::start().await;
    let _mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let known = sign_up(&app, body(MEI, "another good password")).await;
    let unknown = sign_up(&app, body("new@example.com", "another good password")).await;
    assert_eq!((known.status(), known.text()), (unknown.status(), unknown.text()));
    let names = |answer: &kit::Answer| {
        answer
            .raw
            .headers
            .iter()
            .map(|(name, _)| name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&known), names(&unknown));
    let letter = app.mail(MEI, "You have an account already").await;
    assert!(!letter.contains("token="), "{letter}");
    app.stop().await;
}

#[tokio::test]
async fn what_is_unusable_is_refused_and_what_is_not_asked_for_is_no_field() {
    let app = TestApp::start().await;
    for password in ["short", "passwordpassword", "mei@example.com", &"x".repeat(257)] {
        let _refused = sign_up(&app, body(MEI, password))
            .await
            .problem(422, "password_refused");
    }
    for email in ["mei", "mei@example.com\r\nBcc: all@example.com", "mei@localhost"] {
        let _refused = sign_up(&app, body(email, Browser::PASSWORD))
            .await
            .problem(422, "email_unusable");
    }
    for name in ["", "a\r\nBcc: all@example.com"] {
        let mut body = body(MEI, Browser::PASSWORD);
        body["organization"] = json!(name);
        let _refused = sign_up(&app, body).await.problem(422, "name_unusable");
    }
    for field in ["role", "org_id", "id", "is_admin", "created_at"] {
        let mut body = body(MEI, Browser::PASSWORD);
        body[field] = json!("owner");
        let _refused = sign_up(&app, body).await.problem(400, "invalid_field");
    }
    assert!(app.letters(MEI).is_empty());
    app.stop().await;
}

#[tokio::test]
async fn links_are_built_from_the_setting_whatever_host_the_request_names() {
    let app = TestApp::start().await;
    for (name, value) in [
        ("x-forwarded-host", "evil.example"),
        ("forwarded", "host=evil.example"),
        ("x-host", "evil.example"),
    ] {
        let call = Browser::default().post(&app, "/api/v1/people/sign-up", body(MEI, Browser::PASSWORD));
        let answer = call.header(name, value).send().await;
        assert_eq!(answer.status(), 202, "{}", answer.text());
    }
    let raw = body("host@example.com", Browser::PASSWORD).to_string();
    let request = format!(
        "POST /api/v1/people/sign-up HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{raw}",
        raw.len()
    );
    assert_eq!(kit::exchange(app.address, request.into_bytes()).await.status, 202);
    for letter in app
        .letters(MEI)
        .into_iter()
        .chain([app.mail("host@example.com", "Confirm").await])
    {
        assert!(letter.contains(PUBLIC_URL) && !letter.contains("evil"), "{letter}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_letter_is_read_and_its_link_copied_as_it_stands_in_its_file() {
    let app = TestApp::start().await;
    let _mei = Browser::sign_up(&app, MEI, "Lamps").await;
    let body = json!({ "email": "ah@example.com", "role": "viewer" });
    let rename = json!({ "name": "Kedai Lampu Café 灯" });
    let _renamed = app
        .call("PATCH", "/api/v1/organization")
        .json(rename)
        .send()
        .await
        .ok(200);
    let _sent = app.post("/api/v1/invitations").json(body).send().await.ok(201);
    let plain = app.mail(MEI, "Confirm").await;
    let named = app.mail("ah@example.com", "").await;
    for (letter, encoding) in [(&plain, "7bit"), (&named, "8bit")] {
        let (head, text) = letter.split_once("\r\n\r\n").unwrap();
        assert!(
            head.contains(&format!("Content-Transfer-Encoding: {encoding}")),
            "{head}"
        );
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "{text}");
        let links: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("https://hub.test/"))
            .collect();
        assert_eq!(links.len(), 1, "{text}");
        for line in text.lines().filter(|line| !links.contains(line)) {
            assert!(line.chars().count() <= 72, "{line}");
        }
    }
    assert!(named.contains("Café 灯"), "{named}");
    app.stop().await;
}
