//! What saving and restoring have in common: a checked change becomes rows, an event and an audit entry, in the caller's
//! transaction.

use std::collections::{BTreeMap, BTreeSet};

use domain::audit::{Entry, Subject, Trail};
use domain::platform_settings::{FieldProblem, Provider, SettingsChange, SettingsStatus, check};
use domain::secrets::SecretText;
use serde_json::{Value, json};
use storage::platform_settings::{self, PlatformSettings, SettingsEvent};
use storage::{StorageError, TenantTx, secrets};

use super::Means;
use crate::operations::OperationError;

/// What was entered, by field; `None` takes a field away.
pub(super) type Given = BTreeMap<String, Option<SecretText>>;

/// How the change came about.
pub(super) struct How {
    /// The event's word.
    pub(super) kind: &'static str,
    /// The audit log's.
    pub(super) action: &'static str,
}

/// Checks what was entered against what is held, and writes it. The answer is the audit entry, for the caller to append when
/// everything is written: whoever holds the log's head must not wait for rows.
pub(super) async fn write(
    means: &Means<'_>,
    tx: &TenantTx,
    trail: &Trail,
    (provider, given, how): (Provider, Given, &How),
) -> Result<Entry, OperationError> {
    platform_settings::insert(tx, means.vault.clock().fresh_id(), provider, trail.at).await?;
    let settings = platform_settings::lock(tx, provider).await?;
    let settings = settings.ok_or_else(|| StorageError::Unexpected("settings vanished while locked".to_owned()))?;
    let held: BTreeSet<String> = held(tx, &settings).await?;
    let change = check(provider, given, &held).map_err(OperationError::SettingsInvalid)?;
    let before = (!settings.fields.is_empty() || !held.is_empty()).then(|| summary(&settings.fields, &held));
    platform_settings::update_fields(tx, settings.id, &json!(change.plain), trail.at).await?;
    apply(means, tx, &settings, &change).await?;
    append_event(
        means,
        tx,
        provider,
        &event(how.kind, SettingsStatus::Untested, None, trail),
    )
    .await?;
    let after = json!({
        "fields": change.plain,
        "secrets": remaining(held, &change),
        "secrets_changed": change.secrets.keys().collect::<Vec<_>>(),
    });
    let mut entry = trail
        .entry(how.action, Subject::new("platform_settings", provider.word()))
        .after(after);
    entry.before = before;
    Ok(entry)
}

/// Names of the secrets that are set.
pub(super) async fn held(tx: &TenantTx, settings: &PlatformSettings) -> Result<BTreeSet<String>, StorageError> {
    let hints = secrets::list_hints(tx, platform_settings::TABLE).await?;
    let own = hints.into_iter().filter(|(row, _, _)| *row == settings.id);
    Ok(own.map(|(_, column, _)| column).collect())
}

/// What the audit log keeps: fields in clear, secrets by name.
pub(super) fn summary(fields: &BTreeMap<String, String>, held: &BTreeSet<String>) -> Value {
    json!({ "fields": fields, "secrets": held })
}

fn remaining(mut held: BTreeSet<String>, change: &SettingsChange) -> BTreeSet<String> {
    for (name, secret) in &change.secrets {
        if secret.is_some() {
            held.insert((*name).to_owned());
        } else {
            held.remove(*name);
        }
    }
    held
}

async fn apply(
    means: &Means<'_>,
    tx: &TenantTx,
    settings: &PlatformSettings,
    change: &SettingsChange,
) -> Result<(), OperationError> {
    for (name, secret) in &change.secrets {
        match secret {
            Some(secret) => means.vault.seal(tx, settings.owner(), (name, secret)).await?,
            None => secrets::delete_one(tx, settings.owner(), name).await?,
        }
    }
    Ok(())
}

/// An event without its id.
pub(super) struct Happened {
    kind: &'static str,
    status: SettingsStatus,
    problem: Option<Value>,
    at: jiff::Timestamp,
}

/// What happened, when the trail says.
pub(super) fn event(kind: &'static str, status: SettingsStatus, problem: Option<Value>, trail: &Trail) -> Happened {
    Happened {
        kind,
        status,
        problem,
        at: trail.at,
    }
}

/// Writes down what happened.
pub(super) async fn append_event(
    means: &Means<'_>,
    tx: &TenantTx,
    provider: Provider,
    happened: &Happened,
) -> Result<(), StorageError> {
    let event = SettingsEvent {
        id: means.vault.clock().fresh_id(),
        kind: happened.kind.to_owned(),
        status: happened.status,
        problem: happened.problem.clone(),
        at: happened.at,
    };
    platform_settings::append_event(tx, provider, &event).await
}

/// One problem in words that hold nothing entered.
pub(super) fn unusable(what: &str) -> OperationError {
    OperationError::SettingsInvalid(vec![FieldProblem {
        field: None,
        what: what.to_owned(),
    }])
}
