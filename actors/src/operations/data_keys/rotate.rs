//! Replacing an organization's data key.

use domain::audit::Trail;
use domain::ids::OrgId;
use storage::Tenants;

use crate::operations::OperationError;
use crate::vault::{Rotated, Vault};

/// Seals every secret of the organization with a new key and destroys the old one. May be repeated at any time; one that
/// was cut short is finished.
///
/// # Errors
/// [`OperationError::SecretRefused`] when one does not open; nothing is destroyed then.
pub async fn rotate(vault: &Vault, tenants: &Tenants, org: OrgId, trail: &Trail) -> Result<Rotated, OperationError> {
    Ok(vault.rotate_data_key(tenants, org, trail).await?)
}
