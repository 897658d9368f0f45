//! `/api/v1/checkouts`

pub mod confirm;
pub mod create;
pub mod get;
pub mod release;
pub mod view;
