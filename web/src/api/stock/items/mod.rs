//! `/api/v1/stock/items`

pub mod at;
pub mod create;
pub mod get;
pub mod list;
pub mod movements;
