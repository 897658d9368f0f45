//! Deleting one provider's settings.

use domain::audit::Subject;
use domain::platform_settings::{Provider, SettingsStatus};
use storage::{audit_log, platform_settings, secrets};

use super::tell::{circle, tell};
use super::write::{append_event, event, held, summary};
use super::{Asked, Means};
use crate::operations::OperationError;

/// Deletes a provider's settings and secrets. Their history stays.
///
/// # Errors
/// [`OperationError::SettingsUnknown`] when there are none.
pub async fn delete(means: &Means<'_>, asked: &Asked<'_>, provider: Provider) -> Result<(), OperationError> {
    let tx = means.tenants.begin(asked.org).await?;
    let Some(settings) = platform_settings::lock(&tx, provider).await? else {
        tx.roll_back().await?;
        return Err(OperationError::SettingsUnknown(provider));
    };
    let before = summary(&settings.fields, &held(&tx, &settings).await?);
    secrets::delete_of(&tx, settings.owner()).await?;
    platform_settings::delete(&tx, settings.id).await?;
    let happened = event("deleted", SettingsStatus::Untested, None, asked.trail);
    append_event(means, &tx, provider, &happened).await?;
    let subject = Subject::new("platform_settings", provider.word());
    let entry = asked.trail.entry("platform_settings.delete", subject).before(before);
    audit_log::append(&tx, &entry).await?;
    let circle = circle(&tx).await?;
    tx.commit().await?;
    tell(means, &circle, (&[provider.word()], "deleted"));
    Ok(())
}
