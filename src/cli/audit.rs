//! `entrepot audit`

use std::process::ExitCode;

use clap::Args;

use super::{in_system, say};
use crate::audit::audit;
use crate::settings::Settings;
use crate::wiring::prepare_database;

/// How to say it.
#[derive(Args)]
pub(super) struct Arguments {
    /// One JSON object, for machines.
    #[arg(long)]
    json: bool,
}

/// Audits the database, whether a hub is running on it or not. The exit status is 2 when an invariant is broken.
pub(super) fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    in_system(async {
        let prepared = prepare_database(settings).await?;
        let verdict = audit(&prepared.database).await;
        if let Some(embedded) = prepared.embedded.filter(|embedded| embedded.is_ours()) {
            embedded.stop()?;
        }
        let verdict = verdict?;
        if arguments.json {
            say(&format!("{}\n", serde_json::to_string(&verdict)?))?;
        } else {
            say(&verdict.in_words())?;
        }
        Ok(if verdict.is_clean {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(2)
        })
    })
}
