//! Replacing keys while others read and write. Every step is a short transaction, can be repeated, and leaves everything
//! readable; a rotation that was cut short is finished by the next.

use domain::audit::{Subject, Trail};
use domain::ids::OrgId;
use domain::secrets::KeyId;
use serde_json::json;
use storage::secrets::{self, SecretOwner};
use storage::{Engine, Identities, TenantTx, Tenants, audit_log, data_keys, organizations, root_keys as names};
use tracing::info;

use super::{Vault, VaultError, place, wrapping_place};

/// Secrets sealed again in one transaction: locked for some milliseconds.
const PAGE: i64 = 100;

/// What a rotation did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rotated {
    /// Secrets sealed again.
    pub secrets: usize,
    /// Old data keys destroyed.
    pub destroyed: u64,
}

impl Vault {
    /// Gives an organization a new data key, seals every secret with it again, and destroys the old one.
    ///
    /// # Errors
    /// [`VaultError::Refused`] at a secret that does not open: nothing is destroyed then.
    pub async fn rotate_data_key(&self, tenants: &Tenants, org: OrgId, trail: &Trail) -> Result<Rotated, VaultError> {
        let tx = tenants.begin(org).await?;
        if !data_keys::is_rotating(&tx).await? && data_keys::begin_retiring(&tx).await? > 0 {
            self.make_key(&tx).await?;
            // A rotation that is cut short has changed the keys all the same.
            let entry = trail.entry("data_key.begin_rotation", Subject::new("organization", org));
            audit_log::append(&tx, &entry).await?;
        }
        tx.commit().await?;
        let mut rotated = Rotated::default();
        loop {
            let tx = tenants.begin(org).await?;
            let sealed = self.seal_page_again(&tx).await?;
            tx.commit().await?;
            rotated.secrets += sealed;
            if sealed == 0 {
                break;
            }
        }
        let tx = tenants.begin(org).await?;
        rotated.destroyed = data_keys::retire(&tx).await?;
        let entry = trail
            .entry("data_key.rotate", Subject::new("organization", org))
            .after(json!({ "secrets": rotated.secrets, "destroyed": rotated.destroyed }));
        audit_log::append(&tx, &entry).await?;
        tx.commit().await?;
        Ok(rotated)
    }

    /// Seals up to a page of secrets again that an older key sealed; how many.
    async fn seal_page_again(&self, tx: &TenantTx) -> Result<usize, VaultError> {
        let Some(active) = data_keys::lock_active(tx).await? else {
            return Ok(0);
        };
        let key = self.unwrap(tx.org(), &active)?;
        let page = secrets::lock_older(tx, active.version, PAGE).await?;
        for stored in &page {
            let owner = SecretOwner {
                table: &stored.table,
                row: stored.row,
            };
            let secret = self.open_stored(tx.org(), owner, stored)?;
            let place = place(tx.org(), owner, &stored.column, active.version);
            secrets::update_sealing(tx, stored.id, &self.seal_with(&key, &place, &secret)?).await?;
        }
        Ok(page.len())
    }

    /// Moves every organization's data keys, and what it seals for people, to the first root key of the source; how many data
    /// keys were wrapped again. The source must hold the old one too until this is done.
    ///
    /// # Errors
    /// [`VaultError::RootKeyMissing`] when a key is wrapped by one that the source does not hold.
    pub async fn rotate_root_key(
        &self,
        tenants: &Tenants,
        identities: &Identities,
        engine: &Engine,
    ) -> Result<usize, VaultError> {
        let first = self.roots()?.first();
        let first = first
            .ok_or_else(|| VaultError::Closed("there is no root key".into()))?
            .id();
        // From here on nothing new is wrapped by the old one.
        names::insert_current(engine, first).await?;
        let mut wrapped = 0;
        for organization in organizations::list(engine).await? {
            let tx = tenants.begin(organization.id).await?;
            wrapped += self.wrap_again(&tx, first).await?;
            tx.commit().await?;
        }
        let root = self.root(first)?;
        let people = self.seal_people_again(identities, &root).await?;
        names::delete_others(engine, first).await?;
        info!(root_key = %first, wrapped, people, "the root key was replaced");
        Ok(wrapped)
    }

    async fn wrap_again(&self, tx: &TenantTx, root: KeyId) -> Result<usize, VaultError> {
        let root = self.root(root)?;
        let old = data_keys::lock_wrapped_by_others(tx, root.id()).await?;
        for stored in &old {
            let key = self.unwrap(tx.org(), stored)?;
            let place = wrapping_place(tx.org(), stored.version, stored.id);
            let wrapped = self.wrap(&place, &key, &root)?;
            data_keys::update_wrapping(tx, &wrapped).await?;
        }
        if !old.is_empty() {
            let trail = Trail::of_hub(self.clock.now());
            let entry = trail
                .entry("root_key.rotate", Subject::new("organization", tx.org()))
                .after(json!({ "root_key": root.id().to_string(), "data_keys": old.len() }));
            audit_log::append(tx, &entry).await?;
        }
        Ok(old.len())
    }
}
