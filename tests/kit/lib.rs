//! The kit: what the tests of the whole program stand on. [`TestApp`] is the real hub on port 0 with its own Postgres and
//! a clock that a test moves. Used by the integration tests only; it must never be a dependency of anything that ships.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "this is test code: whatever is not as it must be fails the test, loudly and at once"
)]

mod app;
mod browser;
mod call;
mod clock;
mod factors;
mod http;
mod live;
mod log;
mod mail_server;
mod template;
mod wait;

pub use app::{Organization, PUBLIC_URL, TestApp, TestAppBuilder, admin, workspace};
pub use browser::{Browser, token_in};
pub use call::{Answer, Call};
pub use clock::ManualClock;
pub use factors::{AuthenticatorApp, Device, texts};
pub use http::{RawAnswer, exchange, exchange_stalling};
pub use live::{Refused, Screen};
pub use log::Log;
pub use mail_server::{MailServer, MailServerRules, Quirk};
pub use template::{fresh_folder, migrated_folder, remove_folder};
pub use wait::{until, until_blocked};
