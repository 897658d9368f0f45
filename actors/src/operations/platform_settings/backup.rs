//! Backing an organization's settings up.

use std::collections::BTreeMap;

use domain::audit::Subject;
use domain::secrets::SecretText;
use serde_json::json;
use storage::{TenantTx, audit_log, platform_settings};

use super::backup_file::{self, Contents, Kept};
use super::{Asked, Means};
use crate::operations::OperationError;
use crate::operations::people::PeopleError;
use crate::vault::Use;

/// All settings with their secrets as an encrypted file that only the passphrase opens. Opening the secrets is in the audit
/// log, one entry a provider.
///
/// # Errors
/// The vault's, or the database's.
pub async fn back_up(means: &Means<'_>, asked: &Asked<'_>, passphrase: SecretText) -> Result<Vec<u8>, OperationError> {
    let tx = means.tenants.begin(asked.org).await?;
    let kept = match collect(means, asked, &tx).await {
        Ok(kept) => kept,
        Err(error) => {
            let _lost = tx.roll_back().await;
            return Err(error);
        }
    };
    let subject = Subject::new("organization", asked.org);
    let providers: Vec<&str> = kept.iter().map(|kept| kept.provider.as_str()).collect();
    let entry = asked
        .trail
        .entry("platform_settings.backup", subject)
        .after(json!({ "providers": providers }));
    audit_log::append(&tx, &entry).await?;
    tx.commit().await?;
    let contents = Contents {
        made_at: asked.trail.at,
        settings: kept,
    };
    let clock = means.vault.clock();
    let lock = backup_file::Lock::fresh(clock);
    // Half a second of one core and 64 MiB: not on a thread that serves.
    let turn = means.vault.passphrase_turn().ok_or(PeopleError::Busy)?;
    let sealing = tokio::task::spawn_blocking(move || {
        let _until_done = turn;
        backup_file::seal(&contents, &passphrase, &lock)
    });
    sealing
        .await
        .ok()
        .flatten()
        .ok_or(OperationError::BackupUnreadable("the backup could not be made"))
}

async fn collect(means: &Means<'_>, asked: &Asked<'_>, tx: &TenantTx) -> Result<Vec<Kept>, OperationError> {
    let mut kept = Vec::new();
    let purpose = Use {
        trail: asked.trail,
        why: "settings backup",
    };
    for settings in platform_settings::list(tx).await? {
        let secrets: BTreeMap<String, SecretText> = means.vault.open(tx, settings.owner(), &purpose).await?;
        kept.push(Kept {
            provider: settings.provider.word().to_owned(),
            fields: settings.fields,
            secrets,
        });
    }
    Ok(kept)
}
