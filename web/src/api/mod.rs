//! `/api/v1`: one file per endpoint, at the path its URL says.

pub mod api_keys;
pub mod audit_log;
pub mod checkouts;
pub mod data_keys;
pub mod factors;
pub mod invitations;
pub mod live;
pub mod members;
pub mod organizations;
pub mod passkeys;
pub mod people;
pub mod ping;
pub mod platform_settings;
pub mod recovery_codes;
pub mod sessions;
pub mod sign_in;
pub mod stock;
pub mod tokens;
pub mod totp;
