//! A new stock location.

use storage::TenantTx;
use storage::stock_locations::{self, StockLocation};

use crate::operations::OperationError;

/// Creates the location in the caller's transaction. Items already in memory learn of it when they are loaded again: call
/// [`crate::journal::Journal::end_all_reigns`] after the commit.
///
/// # Errors
/// [`OperationError::NameTaken`], or the database's.
pub async fn create_location(tx: &TenantTx, location: &StockLocation) -> Result<(), OperationError> {
    stock_locations::insert(tx, location)
        .await
        .map_err(|error| match error.violated_unique() {
            Some(_) => OperationError::NameTaken(location.name.clone()),
            None => error.into(),
        })
}
