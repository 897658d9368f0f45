//! The catalogue: products, their variants, and how a variant without a SKU gets one.

mod product;
mod sku;

pub use product::{Product, ProductImage, Variant};
pub use sku::{Sku, SkuError};
