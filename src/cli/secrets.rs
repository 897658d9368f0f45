//! `entrepot secrets`

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use actors::clock::{Clock, SystemClock};
use actors::operations::data_keys::rotate;
use actors::vault::{RootKeys, Vault};
use clap::Subcommand;
use domain::audit::Trail;
use storage::{Database, Engine, Identities, Tenants, organizations};

use super::{say, with_database};
use crate::settings::Settings;
use crate::vault::{add_root_key, forget_old_root_keys, new_root_key, root_key_source};

/// What to do with keys. A running hub goes on reading and writing secrets meanwhile.
#[derive(Subcommand)]
pub(super) enum Secrets {
    /// Make a root key in a new file that only its owner can read.
    NewKey {
        /// Where.
        file: PathBuf,
    },
    /// Replace the root key: wrap every data key again and forget the old one.
    RotateRoot {
        /// The new key's file, from `new-key`. Without it: the first key of the hub's own file or setting.
        #[arg(long, value_name = "FILE")]
        new_key_file: Option<PathBuf>,
    },
    /// Replace every organization's data key: seal every secret again and destroy the old key.
    Rotate,
}

/// Runs one of them.
pub(super) fn run(settings: &Settings, secrets: &Secrets) -> anyhow::Result<ExitCode> {
    match secrets {
        Secrets::NewKey { file } => {
            new_root_key(file, &SystemClock)?;
            say(&format!(
                "{} holds a new root key. Keep a copy elsewhere.\n",
                file.display()
            ))
        }
        Secrets::RotateRoot { new_key_file } => {
            if let Some(file) = new_key_file {
                add_root_key(settings, file)?;
            }
            let wrapped = with_vault(settings, async |vault: Vault, database: &Database| {
                Ok(vault
                    .rotate_root_key(
                        &Tenants::new(database)?,
                        &Identities::new(database)?,
                        &Engine::new(database)?,
                    )
                    .await?)
            })?;
            if new_key_file.is_some() {
                forget_old_root_keys(settings)?;
            }
            say(&format!(
                "{wrapped} data keys are wrapped by the new root key. Keep the old one as long as you keep backups of the \
                 database from before.\n"
            ))
        }
        Secrets::Rotate => {
            let rotated = with_vault(settings, rotate_all)?;
            say(&format!(
                "{rotated} secrets are sealed with new data keys; the old keys are destroyed.\n"
            ))
        }
    }
}

async fn rotate_all(vault: Vault, database: &Database) -> anyhow::Result<usize> {
    let tenants = Tenants::new(database)?;
    let mut rotated = 0;
    for organization in organizations::list(&Engine::new(database)?).await? {
        let trail = Trail::of_hub(SystemClock.now());
        rotated += rotate(&vault, &tenants, organization.id, &trail).await?.secrets;
    }
    Ok(rotated)
}

/// Runs something with the vault open, whether a hub is running or not.
fn with_vault<T>(
    settings: &Settings,
    work: impl AsyncFnOnce(Vault, &Database) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    with_database(settings, async |database| {
        let roots = RootKeys::open(root_key_source(settings))?;
        let vault = Vault::open_with(roots, &Engine::new(database)?, Arc::new(SystemClock)).await?;
        work(vault, database).await
    })
}
