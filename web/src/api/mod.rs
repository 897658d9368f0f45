//! `/api/v1`: one file per endpoint, at the path its URL says.

pub mod audit_log;
pub mod checkouts;
pub mod data_keys;
pub mod ping;
pub mod platform_settings;
pub mod stock;
