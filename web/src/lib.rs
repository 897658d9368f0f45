//! The HTTP layer: routes, handlers, and the words for people. The only crate that names actix-web.
//!
//! Reads go handler → `storage`; writes go handler → `actors::operations`. Every error leaves as problem+json with a
//! code from one table and a request id to quote.

pub mod access;
pub mod api;
mod audited;
mod body;
mod console;
mod demo_mails;
mod docs_page;
mod edges;
mod errors;
mod health;
mod idempotency_key;
mod identity;
pub mod live;
mod metrics;
mod openapi;
mod permissions;
mod provenance;
mod query;
mod remembered;
mod request_log;
mod routes;
mod server;
pub mod sso;
mod state;

pub use audited::{AUDITED, Audited};
pub use edges::{EdgeSettings, LimitSettings, Network};
pub use errors::{ApiError, Code};
pub use identity::{Identity, Proof};
pub use live::{LiveSettings, asyncapi_json};
pub use openapi::openapi_json;
pub use permissions::permissions_markdown;
pub use routes::{ROUTES, guards};
pub use server::{HttpServerSettings, LiveSockets, Running, start};
pub use state::{AppState, Parts};
