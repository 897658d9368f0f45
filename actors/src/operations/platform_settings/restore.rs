//! Restoring settings from a backup file.

use std::collections::BTreeMap;

use domain::audit::Subject;
use domain::platform_settings::Provider;
use domain::secrets::SecretText;
use serde_json::json;
use storage::{TenantTx, audit_log};

use super::backup_file::{self, Contents, Kept};
use super::tell::{circle, tell};
use super::write::{How, unusable, write};
use super::{Asked, Means};
use crate::operations::OperationError;
use crate::operations::people::PeopleError;

const HOW: How = How {
    kind: "restored",
    action: "platform_settings.restore_one",
};

/// Saves everything that a backup file holds, all of it or nothing; providers that it does not mention stay as they are.
/// The file may be another organization's: whoever has the passphrase may use it. What was restored is untested.
///
/// # Errors
/// [`OperationError::BackupUnreadable`] for a wrong passphrase and for a file that was changed or cut, which cannot be told
/// apart.
pub async fn restore(
    means: &Means<'_>,
    asked: &Asked<'_>,
    passphrase: SecretText,
    file: Vec<u8>,
) -> Result<Vec<Provider>, OperationError> {
    let turn = means.vault.passphrase_turn().ok_or(PeopleError::Busy)?;
    let opening = tokio::task::spawn_blocking(move || {
        let _until_done = turn;
        backup_file::open(&file, &passphrase)
    });
    let contents = opening
        .await
        .map_err(|_| OperationError::BackupUnreadable("the backup could not be read"))?
        .map_err(OperationError::BackupUnreadable)?;
    let tx = means.tenants.begin(asked.org).await?;
    match write_all(means, asked, &tx, contents).await {
        Ok(providers) => {
            let circle = circle(&tx).await?;
            tx.commit().await?;
            let words: Vec<&str> = providers.iter().map(|provider| provider.word()).collect();
            tell(means, &circle, (&words, "restored from a backup"));
            Ok(providers)
        }
        Err(error) => {
            let _lost = tx.roll_back().await;
            Err(error)
        }
    }
}

async fn write_all(
    means: &Means<'_>,
    asked: &Asked<'_>,
    tx: &TenantTx,
    contents: Contents,
) -> Result<Vec<Provider>, OperationError> {
    let (mut providers, mut entries) = (Vec::new(), Vec::new());
    for kept in contents.settings {
        let provider =
            Provider::parse(&kept.provider).ok_or_else(|| unusable("the backup names an unknown platform"))?;
        entries.push(write(means, tx, asked.trail, (provider, given(provider, kept), &HOW)).await?);
        providers.push(provider);
    }
    let words: Vec<&str> = providers.iter().map(|provider| provider.word()).collect();
    let entry = asked
        .trail
        .entry("platform_settings.restore", Subject::new("organization", asked.org))
        .after(json!({ "providers": words, "made_at": contents.made_at }));
    entries.push(entry);
    for entry in &entries {
        audit_log::append(tx, entry).await?;
    }
    Ok(providers)
}

/// As if it had been entered; a secret that the backup does not hold is taken away.
fn given(provider: Provider, kept: Kept) -> BTreeMap<String, Option<SecretText>> {
    let optional = provider
        .fields()
        .iter()
        .filter(|spec| spec.is_secret && !spec.is_required);
    let mut given: BTreeMap<String, Option<SecretText>> = optional.map(|spec| (spec.name.to_owned(), None)).collect();
    let plain = kept
        .fields
        .into_iter()
        .map(|(name, text)| (name, SecretText::new(text)));
    given.extend(plain.chain(kept.secrets).map(|(name, text)| (name, Some(text))));
    given
}
