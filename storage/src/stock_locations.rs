//! Stock locations, in selling order.

use domain::ids::LocationId;

use crate::{StorageError, TenantTx};

const LIST: &str = "SELECT id, name, priority FROM stock_locations WHERE org_id = $1 ORDER BY priority, id";
const INSERT: &str = "INSERT INTO stock_locations (org_id, id, name, priority) VALUES ($1, $2, $3, $4)";

/// A place where stock lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockLocation {
    /// Its id.
    pub id: LocationId,
    /// Unique within the organization.
    pub name: String,
    /// Lower sells first.
    pub priority: i32,
}

/// All locations in selling order.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list(tx: &TenantTx) -> Result<Vec<StockLocation>, StorageError> {
    let rows = tx.query("listing locations", LIST, &[&tx.org().uuid()]).await?;
    let location = |row: &tokio_postgres::Row| StockLocation {
        id: LocationId::new(row.get(0)),
        name: row.get(1),
        priority: row.get(2),
    };
    Ok(rows.iter().map(location).collect())
}

/// Creates a location.
///
/// # Errors
/// When the name is taken (see [`StorageError::violated_unique`]) or the database cannot be reached.
pub async fn insert(tx: &TenantTx, location: &StockLocation) -> Result<(), StorageError> {
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 4] = [
        &tx.org().uuid(),
        &location.id.uuid(),
        &location.name,
        &location.priority,
    ];
    tx.execute("creating a location", INSERT, &values).await.map(drop)
}
