//! The demo's letters in the browser; no other hub shows any.

use kit::{Browser, TestApp};

#[tokio::test]
async fn a_demo_shows_its_letters_to_whoever_is_at_this_machine() {
    let app = TestApp::builder().demo().start().await;
    let _mei = Browser::sign_up(&app, "mei@example.com", "Lamps").await;
    let page = app.get("/demo/mails").send().await;
    assert_eq!(page.status(), 200, "{}", page.text());
    let text = page.text();
    assert!(
        text.contains("mei@example.com") && text.contains("Confirm your e-mail address"),
        "{text}"
    );
    let (_, link) = text.split_once("href=\"").unwrap();
    let (link, _) = link.split_once('"').unwrap();
    let letter = app.get(link).send().await;
    assert!(letter.text().contains("/verify#token="), "{}", letter.text());
    for elsewhere in ["..%2Fbootstrap-key", "nothing.eml", "%2e%2e%2f%2e%2e%2fetc%2fpasswd"] {
        let _nothing = app
            .get(&format!("/demo/mails/{elsewhere}"))
            .send()
            .await
            .problem(404, "not_found");
    }
    let rebound = app.get("/demo/mails").without("host").header("host", "evil.example");
    assert!(rebound.send().await.status() >= 400);
    app.stop().await;
}

#[tokio::test]
async fn a_hub_that_is_no_demo_has_no_such_pages() {
    let app = TestApp::start().await;
    for path in ["/demo/mails", "/demo/mails/", "/demo/mails/1.eml"] {
        let _nothing = app.get(path).send().await.problem(404, "not_found");
    }
    app.stop().await;
}
