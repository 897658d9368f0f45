//! Operations on products.

mod import;
mod openings;
pub mod shopify_csv;

pub use import::{ImportError, ImportOptions, ImportReport, import};
