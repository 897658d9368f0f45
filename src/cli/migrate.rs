//! `entrepot migrate`

use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use storage::{Database, DatabaseSettings, migrations};

use super::{in_system, say, with_database};
use crate::settings::Settings;

/// What to migrate, and as whom.
#[derive(Args)]
pub(super) struct Arguments {
    /// A login that may create roles and schemas; needed once per release for an external database.
    #[arg(long, value_name = "URL", env = "ENTREPOT_ADMIN_URL", hide_env_values = true)]
    admin_url: Option<String>,
}

/// Migrates the external database as its administrator, or the embedded one as ourselves.
pub(super) fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Some(external) = &settings.database else {
        with_database(settings, async |_| Ok(()))?;
        return say("The embedded database is up to date.\n");
    };
    in_system(async {
        let url = arguments.admin_url.clone().context(
            "an external database is migrated by an administrator: pass --admin-url or set ENTREPOT_ADMIN_URL",
        )?;
        let admin = Database::new(&DatabaseSettings {
            url,
            ..external.clone()
        })?;
        let login = login_of(&external.url).context("database.url names no user")?;
        let applied = migrations::run(&admin, Some(&login)).await?;
        match applied.as_slice() {
            [] => say("Nothing to do: the schema is up to date.\n"),
            names => say(&format!("Applied {}.\n", names.join(", "))),
        }
    })
}

/// The user of a connection URL.
fn login_of(url: &str) -> Option<String> {
    let config: storage::ConnectionConfig = url.parse().ok()?;
    config.get_user().map(str::to_owned)
}
