//! Products with their variants, pictures and stock items, written whole.

use domain::catalog::{Product, Variant};
use domain::ids::ProductId;
use serde_json::Value;
use tokio_postgres::types::ToSql;

use crate::{StorageError, TenantTx};

const WRITE_PRODUCT: &str = include_str!("sql/products_write.sql");
const WRITE_VARIANTS: &str = include_str!("sql/variants_write.sql");
const WRITE_ITEMS: &str = "
    INSERT INTO inventory_items AS i (org_id, id, variant_id, sku, title)
    SELECT $1, v.id, v.variant_id, v.sku, v.title
    FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[]) AS v (id, variant_id, sku, title)
    ON CONFLICT (org_id, id) DO UPDATE SET sku = EXCLUDED.sku, title = EXCLUDED.title
    WHERE (i.sku, i.title) IS DISTINCT FROM (EXCLUDED.sku, EXCLUDED.title)";
const WRITE_IMAGES: &str = "
    INSERT INTO product_images AS i (org_id, product_id, url, alt_text, position)
    SELECT $1, $2, v.url, v.alt_text, v.position
    FROM unnest($3::text[], $4::text[], $5::integer[]) AS v (url, alt_text, position)
    ON CONFLICT (org_id, product_id, url) DO UPDATE SET alt_text = EXCLUDED.alt_text, position = EXCLUDED.position
    WHERE (i.alt_text, i.position) IS DISTINCT FROM (EXCLUDED.alt_text, EXCLUDED.position)";
const DROP_OTHER_IMAGES: &str =
    "DELETE FROM product_images WHERE org_id = $1 AND product_id = $2 AND NOT url = ANY($3::text[])";
const DOCUMENT: &str = include_str!("sql/products_document.sql");
const FIND_SKU_OWNERS: &str = "
    SELECT sku FROM inventory_items WHERE org_id = $1 AND sku = ANY($2::text[]) AND NOT id = ANY($3::uuid[])";

const LIST_CURRENCIES: &str = "
    SELECT DISTINCT currency FROM variants WHERE org_id = $1 AND currency IS NOT NULL ORDER BY currency";

/// What writing a product changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProductChange {
    /// Rows created or changed, over all tables; 0 means the product was there exactly so.
    pub rows_touched: u64,
}

/// SKUs of this product that belong to another item already.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find_taken_skus(tx: &TenantTx, product: &Product) -> Result<Vec<String>, StorageError> {
    let skus: Vec<&str> = product.variants.iter().map(|variant| variant.sku.as_str()).collect();
    let items: Vec<_> = product.variants.iter().map(|variant| variant.item.uuid()).collect();
    let rows = tx
        .query(
            "looking for taken SKUs",
            FIND_SKU_OWNERS,
            &[&tx.org().uuid(), &skus, &items],
        )
        .await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// The currencies of all prices in the catalogue.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list_currencies(tx: &TenantTx) -> Result<Vec<String>, StorageError> {
    let rows = tx
        .query("listing currencies", LIST_CURRENCIES, &[&tx.org().uuid()])
        .await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// A product as one document, as the audit log keeps it.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find_document(tx: &TenantTx, product: ProductId) -> Result<Option<Value>, StorageError> {
    let what = "reading a product";
    let rows = tx.query(what, DOCUMENT, &[&tx.org().uuid(), &product.uuid()]).await?;
    Ok(rows.first().map(|row| row.get(0)))
}

/// Creates or updates a product with its variants, items and pictures. Variants that are no longer listed stay: they may
/// have stock.
///
/// # Errors
/// When a SKU is taken (see [`StorageError::violated_unique`]) or the database cannot be reached.
pub async fn write(tx: &TenantTx, product: &Product) -> Result<ProductChange, StorageError> {
    let org = tx.org().uuid();
    let what = "writing a product";
    let id = product.id.uuid();
    let values: [&(dyn ToSql + Sync); 10] = [
        &org,
        &id,
        &product.handle,
        &product.title,
        &product.body_html,
        &product.vendor,
        &product.product_type,
        &product.tags,
        &product.is_published,
        &product.option_names,
    ];
    let mut rows_touched = tx.execute(what, WRITE_PRODUCT, &values).await?;
    rows_touched += write_variants(tx, product).await?;
    rows_touched += write_items(tx, product).await?;
    let urls: Vec<&str> = product.images.iter().map(|image| image.url.as_str()).collect();
    let alts: Vec<&str> = product.images.iter().map(|image| image.alt_text.as_str()).collect();
    let positions: Vec<i32> = product.images.iter().map(|image| image.position).collect();
    rows_touched += tx
        .execute(what, WRITE_IMAGES, &[&org, &id, &urls, &alts, &positions])
        .await?;
    rows_touched += tx.execute(what, DROP_OTHER_IMAGES, &[&org, &id, &urls]).await?;
    Ok(ProductChange { rows_touched })
}

async fn write_variants(tx: &TenantTx, product: &Product) -> Result<u64, StorageError> {
    let column =
        |value: fn(&Variant) -> Option<i64>| -> Vec<Option<i64>> { product.variants.iter().map(value).collect() };
    let ids: Vec<_> = product.variants.iter().map(|variant| variant.id.uuid()).collect();
    let skus: Vec<_> = product.variants.iter().map(|variant| variant.sku.as_str()).collect();
    // arrays of arrays must be rectangular in SQL, so option values travel as JSON
    let options: Vec<_> = product
        .variants
        .iter()
        .map(|variant| serde_json::json!(variant.option_values))
        .collect();
    let prices = column(|variant| variant.price.map(|price| price.minor));
    let compare_at = column(|variant| variant.compare_at.map(|price| price.minor));
    let currency = |variant: &Variant| {
        variant
            .price
            .or(variant.compare_at)
            .map(|price| price.currency.code().to_owned())
    };
    let currencies: Vec<_> = product.variants.iter().map(currency).collect();
    let barcodes: Vec<_> = product
        .variants
        .iter()
        .map(|variant| variant.barcode.as_str())
        .collect();
    let grams: Vec<_> = product.variants.iter().map(|variant| variant.grams).collect();
    let shipping: Vec<_> = product
        .variants
        .iter()
        .map(|variant| variant.requires_shipping)
        .collect();
    let taxable: Vec<_> = product.variants.iter().map(|variant| variant.is_taxable).collect();
    let (org, id) = (tx.org().uuid(), product.id.uuid());
    let values: [&(dyn ToSql + Sync); 12] = [
        &org,
        &id,
        &ids,
        &skus,
        &options,
        &prices,
        &compare_at,
        &currencies,
        &barcodes,
        &grams,
        &shipping,
        &taxable,
    ];
    tx.execute("writing variants", WRITE_VARIANTS, &values).await
}

async fn write_items(tx: &TenantTx, product: &Product) -> Result<u64, StorageError> {
    let title = |variant: &Variant| {
        if variant.option_values.is_empty() {
            product.title.clone()
        } else {
            format!("{} — {}", product.title, variant.option_values.join(" / "))
        }
    };
    let items: Vec<_> = product.variants.iter().map(|variant| variant.item.uuid()).collect();
    let variants: Vec<_> = product.variants.iter().map(|variant| variant.id.uuid()).collect();
    let skus: Vec<_> = product.variants.iter().map(|variant| variant.sku.as_str()).collect();
    let titles: Vec<_> = product.variants.iter().map(title).collect();
    tx.execute(
        "writing items",
        WRITE_ITEMS,
        &[&tx.org().uuid(), &items, &variants, &skus, &titles],
    )
    .await
}
