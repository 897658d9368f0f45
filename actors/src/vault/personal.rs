//! Secrets of people, who belong to no organization and have no data key: the root key itself seals them, for their place.

use domain::ids::PersonId;
use domain::secrets::{KeyMaterial, PersonalPlace, SecretText};
use storage::totp_secrets::{self, SealedByRoot, TotpSecret};
use storage::{Identities, IdentityTx, root_keys as names};
use tracing::error;

use super::{Vault, VaultError, cipher, fresh_nonce};

/// Secrets sealed again in one transaction.
const PAGE: i64 = 100;

impl Vault {
    /// Seals an authenticator's secret for its person.
    ///
    /// # Errors
    /// When the vault is closed or the database cannot be reached.
    pub(crate) async fn seal_totp(
        &self,
        tx: &IdentityTx,
        person: PersonId,
        secret: &SecretText,
    ) -> Result<SealedByRoot, VaultError> {
        let current = names::find_current_for_people(tx).await?;
        let root = self.root(current.ok_or_else(|| VaultError::Closed("the database knows no root key".into()))?)?;
        self.seal_for(person, secret, &root)
    }

    /// Opens an authenticator's secret. It writes no entry of its own: what it is opened for does.
    ///
    /// # Errors
    /// [`VaultError::Refused`] when it does not open at its place.
    pub(crate) fn open_totp(&self, stored: &TotpSecret) -> Result<SecretText, VaultError> {
        let root = self.root(stored.sealed.root)?;
        let aad = place(stored.person, &root).aad();
        let opened = cipher::open(&root, &stored.sealed.nonce, &aad, &stored.sealed.ciphertext);
        let Ok(bytes) = opened else {
            self.metrics.refused.inc();
            error!(person = %stored.person, "an authenticator's secret does not open at its place: was the database changed by hand?");
            return Err(VaultError::Refused);
        };
        self.metrics.opened.inc();
        let text = std::str::from_utf8(&bytes).map_err(|_| VaultError::Refused)?;
        Ok(SecretText::new(text.to_owned()))
    }

    /// Seals every person's secret with this root key that another one sealed; how many.
    pub(super) async fn seal_people_again(
        &self,
        identities: &Identities,
        root: &KeyMaterial,
    ) -> Result<usize, VaultError> {
        let mut sealed = 0;
        loop {
            let tx = identities.begin().await?;
            let page = totp_secrets::lock_sealed_by_others(&tx, root.id(), PAGE).await?;
            for stored in &page {
                let secret = self.open_totp(stored)?;
                let again = self.seal_for(stored.person, &secret, root)?;
                totp_secrets::update_sealing(&tx, stored.person, &again).await?;
            }
            tx.commit().await?;
            sealed += page.len();
            if page.is_empty() {
                return Ok(sealed);
            }
        }
    }

    fn seal_for(&self, person: PersonId, secret: &SecretText, root: &KeyMaterial) -> Result<SealedByRoot, VaultError> {
        let nonce = fresh_nonce(&*self.clock);
        let aad = place(person, root).aad();
        Ok(SealedByRoot {
            ciphertext: cipher::seal(root, nonce, &aad, secret.reveal().as_bytes())?,
            nonce: nonce.to_vec(),
            root: root.id(),
        })
    }
}

fn place(person: PersonId, root: &KeyMaterial) -> PersonalPlace<'static> {
    PersonalPlace {
        person,
        table: totp_secrets::TABLE,
        column: totp_secrets::COLUMN,
        root: root.id(),
    }
}
