//! Organizations: the tenants.

use domain::ids::OrgId;

use crate::{Engine, StorageError, TenantTx};

const LIST: &str = "SELECT id, name FROM organizations ORDER BY created_at, id";
const GET_NAME: &str = "SELECT name FROM organizations WHERE id = $1";
const UPDATE_NAME: &str = "UPDATE organizations SET name = $2 WHERE id = $1";
const INSERT: &str = "INSERT INTO organizations (id, name) VALUES ($1, $2)";

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: OrgId,
    /// What people call it.
    pub name: String,
}

/// Every organization, the oldest first. For operators' commands, never for requests.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list(engine: &Engine) -> Result<Vec<Organization>, StorageError> {
    let client = engine.client().await?;
    let rows = client
        .query(LIST, &[])
        .await
        .map_err(StorageError::during("listing organizations"))?;
    Ok(rows
        .iter()
        .map(|row| Organization {
            id: OrgId::new(row.get(0)),
            name: row.get(1),
        })
        .collect())
}

/// Creates the organization that the transaction names.
///
/// # Errors
/// When the database cannot be reached.
pub async fn insert(tx: &TenantTx, name: &str) -> Result<(), StorageError> {
    tx.execute("creating an organization", INSERT, &[&tx.org().uuid(), &name])
        .await
        .map(drop)
}

/// What the transaction's organization is called.
///
/// # Errors
/// When it is not there, or the database cannot be reached.
pub async fn get_name(tx: &TenantTx) -> Result<String, StorageError> {
    let rows = tx
        .query("reading an organization", GET_NAME, &[&tx.org().uuid()])
        .await?;
    let row = rows.first();
    row.map(|row| row.get(0))
        .ok_or_else(|| StorageError::Unexpected("the organization is not there".to_owned()))
}

/// Renames the transaction's organization.
///
/// # Errors
/// When the database cannot be reached.
pub async fn update_name(tx: &TenantTx, name: &str) -> Result<(), StorageError> {
    tx.execute("renaming an organization", UPDATE_NAME, &[&tx.org().uuid(), &name])
        .await
        .map(drop)
}
