//! `entrepot audit` and `entrepot audit log`

use std::path::PathBuf;
use std::process::ExitCode;

use actors::checkpoints::{Checkpoints, HubKey, VerifierKey};
use anyhow::bail;
use clap::{Args, Subcommand};
use serde::Serialize;
use storage::Database;

use super::{say, with_database};
use crate::audit::audit;
use crate::audit_log::verify_all;
use crate::settings::Settings;

/// A broken promise, as opposed to a command that failed.
const VIOLATED: u8 = 2;

/// How to say it.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Arguments {
    /// One JSON object, for machines.
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// Prove from hashes and signed checkpoints that nobody changed the audit log.
    Log(LogArguments),
}

/// What to hold the log to.
#[derive(Args)]
struct LogArguments {
    /// One JSON object, for machines.
    #[arg(long)]
    json: bool,
    /// Checkpoints from elsewhere; audit.checkpoint_folder when not given.
    #[arg(long, value_name = "FOLDER")]
    checkpoints: Option<PathBuf>,
    /// The public key that signed them; that of this data directory when not given.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

/// Audits the database, whether a hub is running on it or not. The exit status is 2 when a promise is broken.
pub(super) fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Some(What::Log(log)) = &arguments.what else {
        let judge = async |database: &Database| {
            let verdict = audit(database).await?;
            Ok((verdict.is_clean, words(&verdict, verdict.in_words(), arguments.json)?))
        };
        return judged(settings, judge);
    };
    let checkpoints = checkpoints(settings, log)?;
    judged(settings, async |database: &Database| {
        let verdict = verify_all(database, checkpoints.as_ref()).await?;
        Ok((verdict.is_clean, words(&verdict, verdict.in_words(), log.json)?))
    })
}

fn judged(
    settings: &Settings,
    judge: impl AsyncFnOnce(&Database) -> anyhow::Result<(bool, String)>,
) -> anyhow::Result<ExitCode> {
    let (is_clean, words) = with_database(settings, judge)?;
    say(&words)?;
    Ok(if is_clean {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(VIOLATED)
    })
}

fn words(verdict: &impl Serialize, in_words: String, is_json: bool) -> anyhow::Result<String> {
    Ok(if is_json {
        format!("{}\n", serde_json::to_string(verdict)?)
    } else {
        in_words
    })
}

/// The checkpoints to hold the log to; none before a hub ever signed one.
fn checkpoints(settings: &Settings, log: &LogArguments) -> anyhow::Result<Option<Checkpoints>> {
    let folder = log.checkpoints.clone().unwrap_or_else(|| settings.checkpoint_folder());
    let key = match &log.key {
        Some(key) => Some(VerifierKey::parse(key)?),
        None => HubKey::load(&settings.audit_key_file())?.map(|key| key.verifier().clone()),
    };
    match key {
        Some(key) => Ok(Some(Checkpoints { folder, key })),
        None if folder.exists() => bail!(
            "there are checkpoints in {} and no key in {}: name the key with --key",
            folder.display(),
            settings.audit_key_file().display()
        ),
        None => Ok(None),
    }
}
