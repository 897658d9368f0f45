//! How a platform's settings look from outside: secrets only by their mask.

use std::collections::HashMap;

use domain::platform_settings::{FieldKind, FieldSpec, Provider};
use domain::secrets::masked;
use jiff::Timestamp;
use serde::Serialize;
use storage::platform_settings::{self, PlatformSettings, TABLE};
use storage::{StorageError, TenantTx, secrets};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::state::AppState;

/// One platform, with what is entered for it.
#[derive(Serialize, ToSchema)]
#[schema(as = PlatformSettings)]
pub struct PlatformSettingsView {
    /// `shopee`, `tiktok_shop`, `stripe`, `paypal`, `smtp`.
    provider: &'static str,
    /// Whether anything is entered.
    is_set: bool,
    /// `untested`, `working`, `failing`.
    status: &'static str,
    /// Why the last test failed: `kind`, `what` happened, `advice`.
    #[schema(value_type = Option<Object>)]
    problem: Option<serde_json::Value>,
    /// When these settings were last tested.
    #[schema(value_type = Option<String>, format = DateTime)]
    tested_at: Option<Timestamp>,
    /// When they last changed.
    #[schema(value_type = Option<String>, format = DateTime)]
    updated_at: Option<Timestamp>,
    /// Whether this hub can test the connection.
    can_be_tested: bool,
    /// Its fields, in the order of a form.
    fields: Vec<FieldView>,
}

/// One field.
#[derive(Serialize, ToSchema)]
#[schema(as = PlatformSettingsField)]
pub(super) struct FieldView {
    /// Its name.
    name: &'static str,
    /// `text`, `digits`, `host`, `port`, `email`, `choice`.
    kind: &'static str,
    /// The words of a `choice`.
    choices: &'static [&'static str],
    /// Whether it can never be read back.
    is_secret: bool,
    /// Whether the settings are of no use without it.
    is_required: bool,
    /// Whether something is entered.
    is_set: bool,
    /// What is entered; of a secret, dots and at most its last four characters.
    value: Option<String>,
}

type Hints = HashMap<(Uuid, String), Option<String>>;

/// Every platform, entered or not.
pub(super) async fn all(state: &AppState, tx: &TenantTx) -> Result<Vec<PlatformSettingsView>, StorageError> {
    let entered = platform_settings::list(tx).await?;
    let hints = secrets::list_hints(tx, TABLE).await?;
    let hints: Hints = hints
        .into_iter()
        .map(|(row, column, hint)| ((row, column), hint))
        .collect();
    let of = |provider: &Provider| {
        let settings = entered.iter().find(|settings| settings.provider == *provider);
        view(state, *provider, settings, &hints)
    };
    Ok(Provider::ALL.iter().map(of).collect())
}

fn view(
    state: &AppState,
    provider: Provider,
    entered: Option<&PlatformSettings>,
    hints: &Hints,
) -> PlatformSettingsView {
    let value = |spec: &FieldSpec| {
        let settings = entered?;
        if spec.is_secret {
            let hint = hints.get(&(settings.id, spec.name.to_owned()))?;
            return Some(masked(hint.as_deref()));
        }
        settings.fields.get(spec.name).cloned()
    };
    let field = |spec: &FieldSpec| {
        let value = value(spec);
        let (kind, choices) = kind_words(spec.kind);
        FieldView {
            name: spec.name,
            kind,
            choices,
            is_secret: spec.is_secret,
            is_required: spec.is_required,
            is_set: value.is_some(),
            value,
        }
    };
    PlatformSettingsView {
        provider: provider.word(),
        is_set: entered.is_some(),
        status: entered.map_or("untested", |settings| settings.status.word()),
        problem: entered.and_then(|settings| settings.problem.clone()),
        tested_at: entered.and_then(|settings| settings.tested_at),
        updated_at: entered.map(|settings| settings.updated_at),
        can_be_tested: state.connections.find(provider).is_some(),
        fields: provider.fields().iter().map(field).collect(),
    }
}

const fn kind_words(kind: FieldKind) -> (&'static str, &'static [&'static str]) {
    match kind {
        FieldKind::Text => ("text", &[]),
        FieldKind::Digits => ("digits", &[]),
        FieldKind::Host => ("host", &[]),
        FieldKind::Port => ("port", &[]),
        FieldKind::Email => ("email", &[]),
        FieldKind::Choice(words) => ("choice", words),
    }
}

/// One platform.
pub(super) async fn one(
    state: &AppState,
    tx: &TenantTx,
    provider: Provider,
) -> Result<Option<PlatformSettingsView>, StorageError> {
    let all = all(state, tx).await?;
    Ok(all.into_iter().find(|view| view.provider == provider.word()))
}
