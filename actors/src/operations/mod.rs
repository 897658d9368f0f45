//! What requests and commands call: one file per noun and verb. The web layer and the command line come in here and
//! nowhere else.

pub mod api_keys;
pub mod audit_log;
mod caller;
pub mod checkouts;
pub mod data_keys;
mod errors;
pub mod idempotency;
pub mod invitations;
pub mod members;
pub mod organizations;
pub mod people;
pub mod platform_settings;
pub mod products;
pub mod sessions;
pub mod sign_on;
pub mod stock;
pub mod tokens;

pub use caller::{Caller, Request};
pub use errors::OperationError;
