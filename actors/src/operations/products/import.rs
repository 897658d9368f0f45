//! Importing a product file: streamed, one product per transaction, repeatable.
//!
//! Importing the same file twice changes nothing: ids are derived from handles and options, rows are compared before they
//! are written, and opening quantities are commands whose ids are derived from the item.

use std::io::Read;

use domain::audit::{Subject, Trail};
use domain::catalog::Product;
use domain::ids::OrgId;
use domain::money::Currency;
use serde_json::Value;
use storage::{StorageError, TenantTx, audit_log, products};

use super::openings::Openings;
use super::shopify_csv::{FileError, ParsedProduct, ReadOptions, RowProblem, Severity, ShopifyCsv};
use crate::Stock;
use crate::operations::OperationError;

/// Problems kept in the report; the rest are only counted.
const MAX_PROBLEMS: usize = 1_000;

/// How to import.
#[derive(Clone, Copy, Debug)]
pub struct ImportOptions {
    /// Into whose catalogue.
    pub org: OrgId,
    /// The currency of the file's prices, which the format does not say.
    pub currency: Currency,
    /// Say what would change, and change nothing.
    pub is_dry_run: bool,
}

/// What an import did, or would do.
#[derive(Clone, Debug, Default)]
pub struct ImportReport {
    /// Products read.
    pub products_read: u64,
    /// Products created or changed.
    pub products_changed: u64,
    /// Products that were there exactly so.
    pub products_unchanged: u64,
    /// Products with an error; nothing of them was imported.
    pub products_failed: u64,
    /// Variants of the imported products.
    pub variants: u64,
    /// Items whose opening quantity was set.
    pub stock_opened: u64,
    /// Errors and warnings in file order, at most a thousand.
    pub problems: Vec<RowProblem>,
    /// Errors and warnings in all.
    pub problem_count: u64,
}

/// Why an import stopped. What was imported before stays; importing again goes on.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read as a product file.
    #[error(transparent)]
    File(#[from] FileError),
    /// Stock could not be opened.
    #[error(transparent)]
    Operation(#[from] OperationError),
    /// The database could not be reached or misbehaved.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Imports Shopify's product CSV. `progress` hears the report after every product.
///
/// # Errors
/// See [`ImportError`]; problems of single rows are in the report instead.
pub async fn import<R: Read>(
    stock: &Stock,
    file: R,
    options: ImportOptions,
    mut progress: impl FnMut(&ImportReport),
) -> Result<ImportReport, ImportError> {
    let read = ReadOptions {
        org: options.org,
        currency: options.currency,
    };
    let mut reader = ShopifyCsv::new(file, read)?;
    let mut report = ImportReport::default();
    let mut openings = Openings::new(options.org);
    while let Some(parsed) = reader.next_product() {
        let ParsedProduct {
            product,
            first_line,
            problems,
        } = parsed?;
        report.products_read += 1;
        report.note(problems);
        match product {
            Some(product) => {
                let place = Place { options, first_line };
                import_product(stock, place, &product, (&mut report, &mut openings)).await?;
            }

            None => report.products_failed += 1,
        }
        if openings.is_full() {
            report.stock_opened += openings.carry_out(stock).await?;
        }
        progress(&report);
    }
    report.stock_opened += openings.carry_out(stock).await?;
    progress(&report);
    Ok(report)
}

/// Where a product goes, and where it stood in the file.
#[derive(Clone, Copy)]
struct Place {
    options: ImportOptions,
    first_line: u64,
}

async fn import_product(
    stock: &Stock,
    Place { options, first_line }: Place,
    product: &Product,
    (report, openings): (&mut ImportReport, &mut Openings),
) -> Result<(), ImportError> {
    let tx = stock.tenants.begin(options.org).await?;
    let taken = products::find_taken_skus(&tx, product).await?;
    if !taken.is_empty() {
        tx.commit().await?;
        report.products_failed += 1;
        report.note(vec![RowProblem {
            line: first_line,
            column: Some("Variant SKU".to_owned()),
            severity: Severity::Error,
            message: format!(
                "{} belongs to another item already; give this variant another SKU. Nothing of this product was imported",
                taken.join(", ")
            ),
        }]);
        return Ok(());
    }
    let before = products::find_document(&tx, product.id).await?;
    let change = products::write(&tx, product).await?;
    let new_openings = openings.missing(&tx, product).await?;
    if options.is_dry_run {
        tx.roll_back().await?;
        report.stock_opened += new_openings.len() as u64;
    } else {
        if change.rows_touched > 0 {
            log(&tx, &Trail::of_hub(stock.clock.now()), product, before).await?;
        }
        tx.commit().await?;
        openings.add(new_openings);
    }
    report.variants += product.variants.len() as u64;
    if change.rows_touched > 0 {
        report.products_changed += 1
    } else {
        report.products_unchanged += 1
    }
    Ok(())
}

/// What the import made of the product, beside what it was.
async fn log(tx: &TenantTx, trail: &Trail, product: &Product, before: Option<Value>) -> Result<(), StorageError> {
    let mut entry = trail
        .entry("product.import", Subject::new("product", product.id))
        .why("entrepot import products");
    if let Some(before) = before {
        entry = entry.before(before);
    }
    if let Some(after) = products::find_document(tx, product.id).await? {
        entry = entry.after(after);
    }
    audit_log::append(tx, &entry).await
}

impl ImportReport {
    fn note(&mut self, problems: Vec<RowProblem>) {
        self.problem_count += problems.len() as u64;
        let room = MAX_PROBLEMS.saturating_sub(self.problems.len());
        self.problems.extend(problems.into_iter().take(room));
    }
}
