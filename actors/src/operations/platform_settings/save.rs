//! Saving one provider's settings.

use std::collections::BTreeMap;

use domain::platform_settings::Provider;
use domain::secrets::SecretText;
use storage::audit_log;

use super::tell::{circle, tell};
use super::write::{How, write};
use super::{Asked, Means};
use crate::operations::OperationError;

const HOW: How = How {
    kind: "saved",
    action: "platform_settings.save",
};

/// Replaces the fields of a provider; a secret that is not mentioned stays. They are untested then. Repeating it changes
/// nothing more.
///
/// # Errors
/// [`OperationError::SettingsInvalid`] with everything that is wrong; nothing is saved then.
pub async fn save(
    means: &Means<'_>,
    asked: &Asked<'_>,
    provider: Provider,
    given: BTreeMap<String, Option<SecretText>>,
) -> Result<(), OperationError> {
    let tx = means.tenants.begin(asked.org).await?;
    match write(means, &tx, asked.trail, (provider, given, &HOW)).await {
        Ok(entry) => {
            let circle = circle(&tx).await?;
            audit_log::append(&tx, &entry).await?;
            tx.commit().await?;
            tell(means, &circle, (&[provider.word()], "saved"));
            Ok(())
        }
        Err(error) => {
            // The mistake matters; a lost connection takes everything back too.
            let _lost = tx.roll_back().await;
            Err(error)
        }
    }
}
