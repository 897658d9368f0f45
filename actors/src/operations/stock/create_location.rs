//! A new stock location.

use domain::audit::{Subject, Trail};
use serde_json::json;
use storage::stock_locations::{self, StockLocation};
use storage::{TenantTx, audit_log};

use crate::operations::OperationError;

/// Creates the location in the caller's transaction, with its audit entry. Items already in memory learn of it when they are loaded again: call
/// [`crate::journal::Journal::end_all_reigns`] after the commit.
///
/// # Errors
/// [`OperationError::NameTaken`], or the database's.
pub async fn create_location(tx: &TenantTx, trail: &Trail, location: &StockLocation) -> Result<(), OperationError> {
    stock_locations::insert(tx, location)
        .await
        .map_err(|error| match error.violated_unique() {
            Some(_) => OperationError::NameTaken(location.name.clone()),
            None => OperationError::from(error),
        })?;
    let after = json!({ "name": location.name, "priority": location.priority });
    let entry = trail.entry("location.create", Subject::new("location", location.id));
    Ok(audit_log::append(tx, &entry.after(after)).await?)
}
