//! Shopify's product CSV, read one product at a time. The product import calls it; it touches neither the database nor
//! the clock, and it must never hold more than one product or import half of one.
//!
//! Consecutive lines with one handle are one product. Lines are counted as an editor counts them, from 1 for the
//! header. The format: <https://help.shopify.com/en/manual/products/import-export/using-csv>.

mod cells;
mod columns;
mod errors;
mod grouping;
mod guard;
mod head;
mod images;
mod problems;
mod records;
mod seen;
mod values;
mod variants;

#[cfg(test)]
mod tests;

pub use errors::FileError;
pub use grouping::{ReadOptions, ShopifyCsv};
pub use problems::{ParsedProduct, RowProblem, Severity};
