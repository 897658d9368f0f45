//! `/api/v1/totp`: the authenticator app.

pub mod confirm;
pub mod enrol;
pub mod remove;
