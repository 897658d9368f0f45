//! Single sign-on against a provider that nobody here wrote: panva's oidc-provider, a process of its own for each test, on
//! whose own pages people sign in. Everything goes over HTTP, as browsers and the hub do it.

#![cfg(test)]

mod attacks;
mod domains;
mod linking;
mod process;
mod signing_in;
mod tokens;
mod traveller;
mod troubles;

use actors::clock::{Clock as _, SystemClock};
use kit::{TestApp, TestAppBuilder};

use process::Provider;

/// Where the provider sends people back to; not where the hub listens.
const CALLBACK: &str = "https://hub.test/sso/test/callback";
/// The same for a second provider.
const OTHER_CALLBACK: &str = "https://hub.test/sso/other/callback";
const SECRET: &str = "a secret between hub and provider";

/// A hub that knows the provider as `test`.
fn hub(provider: &Provider) -> TestAppBuilder {
    TestApp::builder()
        .set("SIGN_IN__TEST__ISSUER", provider.issuer())
        .set("SIGN_IN__TEST__TITLE", "The test's provider")
        .set("SIGN_IN__TEST__CLIENT_ID", "entrepot")
        .set("SIGN_IN__TEST__CLIENT_SECRET", SECRET)
}

/// Both, started. The hub's clock stands still where the provider's is now.
async fn both() -> (TestApp, Provider) {
    let provider = Provider::start().await;
    let app = hub(&provider).start().await;
    set_the_clock(&app);
    (app, provider)
}

fn set_the_clock(app: &TestApp) {
    let ahead = SystemClock.now().duration_since(app.clock().now());
    app.clock().advance(ahead.as_secs());
}
