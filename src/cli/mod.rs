//! The command line: one file per command.

mod audit;
mod bench;
mod config;
mod demo;
mod import;
mod migrate;
mod permissions;
mod secrets;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use storage::Database;

use crate::demo::log_filter;
use crate::settings::Settings;
use crate::telemetry;
use crate::wiring::{Prepared, prepare_database};

/// One truth about stock, live, for every channel.
#[derive(Parser)]
#[command(name = "entrepot", version, about, propagate_version = true)]
pub struct Cli {
    /// A settings file (TOML); see config/default.toml for every key.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the hub.
    Serve,
    /// Watch a flash sale: a hub of its own, a sample catalogue, thousands of buyers, and the audit's verdict.
    Demo(demo::Arguments),
    /// Bring the database's schema up to date.
    Migrate(migrate::Arguments),
    /// Bring data in.
    #[command(subcommand)]
    Import(import::Import),
    /// Measure.
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Prove from the journal that nothing was oversold, lost or done twice.
    Audit(audit::Arguments),
    /// Root keys and data keys: make, replace.
    #[command(subcommand)]
    Secrets(secrets::Secrets),
    /// Look at the settings.
    #[command(subcommand)]
    Config(config::Config),
    /// Print the OpenAPI document.
    Openapi,
    /// Print the AsyncAPI document of the live socket.
    Asyncapi,
    /// Print who may do what, and what every route asks for.
    Permissions,
}

/// Runs one command to its end.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    let settings = match Settings::load(cli.config.as_deref(), std::env::vars()) {
        Ok(settings) => settings,
        Err(mistakes) => return fail(&mistakes),
    };
    let mut log = settings.log.clone();
    if matches!(cli.command, Command::Demo(_)) {
        log.filter = log_filter(&log.filter).to_owned();
    }
    telemetry::install(&log);
    let outcome = match cli.command {
        Command::Serve => serve::run(settings),
        Command::Demo(arguments) => demo::run(&settings, &arguments),
        Command::Migrate(arguments) => migrate::run(&settings, &arguments),
        Command::Import(import) => import::run(&settings, import),
        Command::Bench(bench) => bench::run(settings, bench),
        Command::Audit(arguments) => audit::run(&settings, &arguments),
        Command::Secrets(secrets) => secrets::run(&settings, &secrets),
        Command::Config(config) => config::run(&settings, &config),
        Command::Openapi => say(&web::openapi_json()),
        Command::Asyncapi => say(&web::asyncapi_json()),
        Command::Permissions => permissions::run(),
    };
    outcome.unwrap_or_else(|error| fail(&format!("{error:#}")))
}

#[expect(clippy::print_stderr, reason = "a command's last word to its user")]
fn fail(what: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("entrepot: {what}");
    ExitCode::FAILURE
}

/// Prints to standard output; a reader that went away is no error.
#[expect(clippy::unnecessary_wraps, reason = "the shape of every command's end")]
fn say(text: &str) -> anyhow::Result<ExitCode> {
    use std::io::Write;
    let _closed = std::io::stdout().write_all(text.as_bytes());
    Ok(ExitCode::SUCCESS)
}

/// Works on the database that the settings name, brought up to date. An embedded server that had to be started for it is
/// stopped again, whether the work succeeds or not.
fn with_database<T>(settings: &Settings, work: impl AsyncFnOnce(&Database) -> anyhow::Result<T>) -> anyhow::Result<T> {
    in_system(async {
        let Prepared { database, embedded } = prepare_database(settings).await?;
        let done = work(&database).await;
        if let Some(embedded) = embedded.filter(|embedded| embedded.is_ours()) {
            embedded.stop()?;
        }
        done
    })
}

/// Runs a future in an actix system whose runtime has one thread: the layers bring their own.
fn in_system<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    actix::System::new().block_on(future)
}
