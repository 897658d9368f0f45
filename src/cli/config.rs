//! `entrepot config`

use std::process::ExitCode;

use clap::Subcommand;

use super::say;
use crate::settings::Settings;

#[derive(Subcommand)]
pub(super) enum Config {
    /// Check all settings and name every mistake; the exit status says whether the hub would start.
    Check,
}

/// Mistakes were listed before we came here.
pub(super) fn run(settings: &Settings, config: &Config) -> anyhow::Result<ExitCode> {
    match config {
        Config::Check => {
            let database = if settings.database.is_some() {
                "external"
            } else {
                "embedded"
            };
            say(&format!(
                "The settings are right.\n  data_dir  {}\n  database  {database}\n  address   {}\n",
                settings.data_dir.display(),
                settings.server.address,
            ))
        }
    }
}
