//! A provider that only lets in addresses of some domains.

use super::process::Provider;
use super::traveller::{Traveller, problem};
use super::{hub, set_the_clock};

#[tokio::test]
async fn only_verified_addresses_of_the_named_domains_come_in_also_later() {
    let provider = Provider::start().await;
    let domains = "shop.example,branch.shop.example";
    let app = hub(&provider)
        .set("SIGN_IN__TEST__EMAIL_DOMAINS", domains)
        .start()
        .await;
    set_the_clock(&app);
    for email in [
        "mei@evil.example",
        "mei@evilshop.example",
        "mei@shop.example.evil.example",
        "mei@x.shop.example",
    ] {
        provider.knows("mei", email, true).await;
        problem(
            &Traveller::default().sign_in(&app, &provider, "mei").await,
            "domain_not_admitted",
        );
    }
    let mut mei = Traveller::default();
    provider.knows("mei", "mei@Shop.example", true).await;
    let _in = mei.sign_in(&app, &provider, "mei").await;
    assert!(mei.has_session());
    provider.knows("mei", "mei@elsewhere.example", true).await;
    problem(
        &Traveller::default().sign_in(&app, &provider, "mei").await,
        "domain_not_admitted",
    );
    app.stop().await;
}
