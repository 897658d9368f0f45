//! `/api/v1`: one file per endpoint, at the path its URL says.

pub mod audit_log;
pub mod checkouts;
pub mod ping;
pub mod stock;
pub mod tokens;
