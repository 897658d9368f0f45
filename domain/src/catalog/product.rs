//! Products and variants as an import brings them and storage keeps them.

use super::Sku;
use crate::ids::{ItemId, ProductId, VariantId};
use crate::money::Money;

/// What a buyer recognises: a title, texts, pictures, and one or more variants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Derived from the organization and the handle.
    pub id: ProductId,
    /// The seller's name for it in URLs and files; unique within the organization.
    pub handle: String,
    /// What buyers read.
    pub title: String,
    /// The description, as the seller wrote it (HTML; shown only after sanitising).
    pub body_html: String,
    /// Brand.
    pub vendor: String,
    /// The seller's own category word.
    pub product_type: String,
    /// Free words to find it by.
    pub tags: Vec<String>,
    /// Whether buyers may see it.
    pub is_published: bool,
    /// The names of its options, at most three: `Size`, `Colour`.
    pub option_names: Vec<String>,
    /// At least one.
    pub variants: Vec<Variant>,
    /// In the seller's order.
    pub images: Vec<ProductImage>,
}

/// What a buyer picks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Derived from the product and the option values.
    pub id: VariantId,
    /// Its stock unit.
    pub item: ItemId,
    /// Unique within the organization.
    pub sku: Sku,
    /// One value per option name.
    pub option_values: Vec<String>,
    /// The price.
    pub price: Option<Money>,
    /// The struck-through price.
    pub compare_at: Option<Money>,
    /// GTIN or whatever the seller scans; empty when there is none.
    pub barcode: String,
    /// Weight in grams.
    pub grams: i64,
    /// Whether it is shipped at all.
    pub requires_shipping: bool,
    /// Whether tax applies.
    pub is_taxable: bool,
    /// Whether it may be sold when stock is gone.
    pub continues_selling: bool,
    /// Units to start with, when the file says.
    pub opening_quantity: Option<i64>,
}

/// A picture, by address; fetched later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductImage {
    /// Where it is.
    pub url: String,
    /// What it shows, for people who cannot see it.
    pub alt_text: String,
    /// Its place, from 1.
    pub position: i32,
}
