//! The vault: seals secrets for a place, opens them in one audited function, and rotates keys while others read.
//!
//! Root key (file or environment) → an organization's data key, wrapped (`data_keys`) → a secret, sealed for its place
//! (`secrets`). A data key is unwrapped for each use and wiped after it; none is kept in memory. docs/secrets.md has the
//! whole, docs/decisions has why.

mod cipher;
mod errors;
mod personal;
mod root_keys;
mod rotation;

#[cfg(test)]
mod cipher_tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::audit::{Subject, Trail};
use domain::ids::OrgId;
use domain::secrets::{KeyId, KeyMaterial, KeyVersion, Place, SecretText, hint};
use serde_json::json;
use storage::data_keys::{self, WrappedDataKey};
use storage::secrets::{self, NewSecret, Sealed, SecretOwner, StoredSecret};
use storage::{Engine, TenantTx, audit_log, root_keys as names};
use tracing::error;
use uuid::Uuid;

pub use errors::VaultError;
pub use root_keys::{RootKeyError, RootKeySource, RootKeys, write_file};
pub use rotation::Rotated;

pub(crate) use cipher::{NONCE_BYTES, fresh_nonce, open as open_bytes, seal as seal_bytes};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::clock::Clock;
use crate::metrics::VaultMetrics;

/// A key is made at most once; whoever comes too late finds the other's.
const ATTEMPTS: usize = 3;
/// Keys made from passphrases at once: each takes a core for half a second and 64 MiB.
const PASSPHRASES_AT_ONCE: usize = 2;

/// Seals and opens. Cheap to clone.
#[derive(Clone)]
pub struct Vault {
    roots: Result<Arc<RootKeys>, Arc<str>>,
    clock: Arc<dyn Clock>,
    metrics: VaultMetrics,
    passphrases: Arc<Semaphore>,
}

/// What a secret is opened for.
pub struct Use<'a> {
    /// Who, when, from where.
    pub trail: &'a Trail,
    /// For what, for the audit log: `connection test`.
    pub why: &'static str,
}

impl Vault {
    /// A vault with the root key at hand. Makes the key current in a database that knows none.
    ///
    /// # Errors
    /// [`VaultError::RootKeyMissing`] when the database's keys are wrapped by a key that the source does not hold.
    pub async fn open_with(roots: RootKeys, engine: &Engine, clock: Arc<dyn Clock>) -> Result<Self, VaultError> {
        let first = roots.first().ok_or(VaultError::Closed("there is no root key".into()))?;
        let current = names::find_or_insert(engine, first.id()).await?;
        if roots.find(current).is_none() {
            return Err(VaultError::RootKeyMissing(current));
        }
        Ok(Self {
            roots: Ok(Arc::new(roots)),
            clock,
            metrics: VaultMetrics::default(),
            passphrases: Arc::new(Semaphore::new(PASSPHRASES_AT_ONCE)),
        })
    }

    /// A vault that nothing goes into or comes out of: stock goes on being sold without its root key.
    #[must_use]
    pub fn closed(why: &str, clock: Arc<dyn Clock>) -> Self {
        Self {
            roots: Err(why.into()),
            clock,
            metrics: VaultMetrics::default(),
            passphrases: Arc::new(Semaphore::new(PASSPHRASES_AT_ONCE)),
        }
    }

    /// A turn to make a key from a passphrase, which takes 64 MiB. `None`: enough others are at it.
    #[must_use]
    pub(crate) fn passphrase_turn(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.passphrases).try_acquire_owned().ok()
    }

    /// What it counts.
    #[must_use]
    pub fn metrics(&self) -> &VaultMetrics {
        &self.metrics
    }

    /// Where time and nonces come from.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Seals a secret for `column` of its owner's row, in place of the one that is there.
    ///
    /// # Errors
    /// When the vault is closed or the database cannot be reached.
    pub async fn seal(
        &self,
        tx: &TenantTx,
        owner: SecretOwner<'_>,
        (column, secret): (&str, &SecretText),
    ) -> Result<(), VaultError> {
        let (version, key) = self.active_key(tx).await?;
        let place = place(tx.org(), owner, column, version);
        let sealed = self.seal_with(&key, &place, secret)?;
        let new = NewSecret {
            id: self.clock.fresh_id(),
            column,
            sealed,
            hint: hint(secret.reveal()),
        };
        secrets::upsert(tx, owner, &new).await?;
        Ok(())
    }

    /// Opens every secret of a row, by column. The only way out of the vault: each call writes one entry to the audit log,
    /// in the caller's transaction.
    ///
    /// # Errors
    /// [`VaultError::Refused`] when one does not open where it stands; then none is given out.
    pub async fn open(
        &self,
        tx: &TenantTx,
        owner: SecretOwner<'_>,
        purpose: &Use<'_>,
    ) -> Result<BTreeMap<String, SecretText>, VaultError> {
        let opened = match self.open_all(tx, owner).await {
            // The root key was replaced, and the old one forgotten, since the rows were read: they are wrapped anew now.
            Err(VaultError::RootKeyMissing(_)) => self.open_all(tx, owner).await?,
            other => other?,
        };
        let columns: Vec<&String> = opened.keys().collect();
        let entry = purpose
            .trail
            .entry(
                "secret.open",
                Subject::new("secret", format!("{}/{}", owner.table, owner.row)),
            )
            .after(json!({ "columns": columns }))
            .why(purpose.why);
        audit_log::append(tx, &entry).await?;
        self.metrics.opened.inc_by(opened.len() as u64);
        Ok(opened)
    }

    async fn open_all(
        &self,
        tx: &TenantTx,
        owner: SecretOwner<'_>,
    ) -> Result<BTreeMap<String, SecretText>, VaultError> {
        let mut opened = BTreeMap::new();
        for stored in secrets::list_of(tx, owner).await? {
            let secret = self.open_stored(tx.org(), owner, &stored)?;
            opened.insert(stored.column, secret);
        }
        Ok(opened)
    }

    /// Opens one stored secret where it is asked for, whatever its row says of itself.
    fn open_stored(&self, org: OrgId, owner: SecretOwner<'_>, stored: &StoredSecret) -> Result<SecretText, VaultError> {
        let opened = self.unwrap(org, &stored.data_key).and_then(|key| {
            if stored.sealed.key != stored.data_key.id || stored.sealed.version != stored.data_key.version {
                return Err(VaultError::Refused);
            }
            let place = place(org, owner, &stored.column, stored.sealed.version);
            let bytes = cipher::open(&key, &stored.sealed.nonce, &place.aad(), &stored.sealed.ciphertext)?;
            let text = std::str::from_utf8(&bytes).map_err(|_| VaultError::Refused)?;
            Ok(SecretText::new(text.to_owned()))
        });
        if let Err(VaultError::Refused | VaultError::Retired) = &opened {
            self.metrics.refused.inc();
            error!(%org, secret = %stored.id, "a sealed secret does not open at its place: was the database changed by hand?");
        }
        opened
    }

    fn seal_with(&self, key: &KeyMaterial, place: &Place<'_>, secret: &SecretText) -> Result<Sealed, VaultError> {
        let nonce = fresh_nonce(&*self.clock);
        Ok(Sealed {
            ciphertext: cipher::seal(key, nonce, &place.aad(), secret.reveal().as_bytes())?,
            nonce: nonce.to_vec(),
            version: place.key_version,
            key: key.id(),
        })
    }

    /// The data key that seals; made when the organization has none.
    async fn active_key(&self, tx: &TenantTx) -> Result<(KeyVersion, KeyMaterial), VaultError> {
        for _ in 0..ATTEMPTS {
            if let Some(stored) = data_keys::lock_active(tx).await? {
                return Ok((stored.version, self.unwrap(tx.org(), &stored)?));
            }
            self.make_key(tx).await?;
        }
        Err(VaultError::Closed("the data key changed again and again".into()))
    }

    /// Makes the next data key and stores it wrapped, unless somebody was faster.
    async fn make_key(&self, tx: &TenantTx) -> Result<(), VaultError> {
        let last = data_keys::find_last_version(tx).await?;
        let version = last.map_or(KeyVersion::FIRST, KeyVersion::next);
        let key = KeyMaterial::new(self.clock.fresh_secret());
        let root = self.current_root(tx).await?;
        let place = wrapping_place(tx.org(), version, key.id());
        data_keys::insert(tx, &self.wrap(&place, &key, &root)?).await?;
        Ok(())
    }

    /// The root key that wraps, until the transaction ends.
    async fn current_root(&self, tx: &TenantTx) -> Result<Arc<KeyMaterial>, VaultError> {
        let current = names::find_current(tx).await?;
        self.root(current.ok_or_else(|| VaultError::Closed("the database knows no root key".into()))?)
    }

    fn root(&self, id: KeyId) -> Result<Arc<KeyMaterial>, VaultError> {
        self.roots()?.find(id).ok_or(VaultError::RootKeyMissing(id))
    }

    fn roots(&self) -> Result<&RootKeys, VaultError> {
        match &self.roots {
            Ok(roots) => Ok(roots),
            Err(why) => Err(VaultError::Closed(why.to_string())),
        }
    }

    fn wrap(&self, place: &Place<'_>, key: &KeyMaterial, root: &KeyMaterial) -> Result<WrappedDataKey, VaultError> {
        let nonce = fresh_nonce(&*self.clock);
        let wrapped = cipher::seal(root, nonce, &place.aad(), key.reveal())?;
        Ok(WrappedDataKey {
            version: place.key_version,
            id: key.id(),
            root: root.id(),
            wrapped: Some(wrapped),
            nonce: nonce.to_vec(),
        })
    }

    fn unwrap(&self, org: OrgId, stored: &WrappedDataKey) -> Result<KeyMaterial, VaultError> {
        let wrapped = stored.wrapped.as_ref().ok_or(VaultError::Retired)?;
        let root = self.root(stored.root)?;
        let place = wrapping_place(org, stored.version, stored.id);
        let bytes = cipher::open(&root, &stored.nonce, &place.aad(), wrapped)?;
        let key = KeyMaterial::from_slice(&bytes).filter(|key| key.id() == stored.id);
        key.ok_or(VaultError::Refused)
    }
}

fn place<'a>(org: OrgId, owner: SecretOwner<'a>, column: &'a str, key_version: KeyVersion) -> Place<'a> {
    Place {
        org,
        table: owner.table,
        column,
        row: owner.row,
        key_version,
    }
}

/// A wrapped data key is bound to its organization, version and name.
fn wrapping_place(org: OrgId, version: KeyVersion, id: KeyId) -> Place<'static> {
    let name = id.as_bytes().try_into().unwrap_or_default();
    Place {
        org,
        table: "data_keys",
        column: "wrapped",
        row: Uuid::from_bytes(name),
        key_version: version,
    }
}
