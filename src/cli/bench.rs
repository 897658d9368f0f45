//! `entrepot bench`

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{in_system, say};
use crate::bench::{checkout, fanout, journal, run_crowd, sign_in};
use crate::open_files::raise_open_files;
use crate::settings::Settings;

/// A crowd opens as many sockets as the system lets it.
const CROWD_FILES: u64 = 1_000_000;

#[derive(Subcommand)]
pub(super) enum Bench {
    /// Durable checkouts per second, beside an empty request and beside hand-written SQL.
    Checkout(Checkout),
    /// How fast the audit replays a journal.
    Audit(Audit),
    /// Whether answers' times tell who has an account, and what a sign-in costs beside its hash.
    SignIn(SignIn),
    /// Live sockets: deliveries per second, delay, memory, a stalled consumer, a reconnect storm.
    Fanout(Fanout),
    /// The screens of `fanout`, started by it.
    #[command(hide = true)]
    FanoutCrowd,
    /// Memory: a hub on a large database, and with many items active.
    Memory(Memory),
}

#[derive(Args)]
pub(super) struct Checkout {
    /// Connections.
    #[arg(long, default_value_t = 1024)]
    clients: usize,
    /// Measured seconds per run.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// One JSON object, for machines.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(super) struct Fanout {
    /// Open sockets; half as many more for the storm.
    #[arg(long, default_value_t = 10_000)]
    sockets: usize,
    /// Messages a second to each.
    #[arg(long, default_value_t = 40)]
    rate: u32,
    /// Measured seconds per run.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// One JSON object, for machines.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(super) struct Audit {
    /// Movements to make up and replay.
    #[arg(long, default_value_t = 10_000_000)]
    movements: u64,
    /// One JSON object, for machines.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(super) struct Memory {
    /// Items in the database.
    #[arg(long, default_value_t = 1_000_000)]
    items: u64,
    /// Items to activate.
    #[arg(long, default_value_t = 100_000)]
    active: u64,
    /// One JSON object, for machines.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(super) struct SignIn {
    /// Tries of each kind.
    #[arg(long, default_value_t = 300)]
    tries: usize,
    /// One JSON object, for machines.
    #[arg(long)]
    json: bool,
}

/// Runs one benchmark. Figures go to standard output, what is being measured to standard error.
pub(super) fn run(settings: Settings, bench: Bench) -> anyhow::Result<ExitCode> {
    if matches!(bench, Bench::FanoutCrowd) {
        let _files = raise_open_files(CROWD_FILES);
        run_crowd()?;
        return Ok(ExitCode::SUCCESS);
    }
    in_system(async move {
        match bench {
            Bench::FanoutCrowd => Ok(ExitCode::SUCCESS),
            Bench::Fanout(arguments) => {
                let options = fanout::FanoutBench {
                    sockets: arguments.sockets,
                    rate: arguments.rate,
                    seconds: arguments.seconds,
                };
                let figures = fanout::bench(&settings, options, narrate).await?;
                print(arguments.json, &figures, &figures.in_words())
            }
            Bench::Checkout(arguments) => {
                let options = checkout::CheckoutBench {
                    clients: arguments.clients,
                    seconds: arguments.seconds,
                };
                let figures = checkout::bench(&settings, options, narrate).await?;
                print(arguments.json, &figures, &figures.in_words())
            }
            Bench::Audit(arguments) => {
                let figures = journal::bench_audit(&settings, arguments.movements, narrate).await?;
                print(arguments.json, &figures, &figures.in_words())
            }
            Bench::SignIn(arguments) => {
                let figures = sign_in::bench(&settings, arguments.tries, narrate).await?;
                print(arguments.json, &figures, &figures.in_words())
            }
            Bench::Memory(arguments) => {
                let figures = journal::bench_memory(&settings, arguments.items, arguments.active, narrate).await?;
                print(arguments.json, &figures, &figures.in_words())
            }
        }
    })
}

fn print(is_json: bool, figures: &impl serde::Serialize, words: &str) -> anyhow::Result<ExitCode> {
    if is_json {
        say(&format!("{}\n", serde_json::to_string(figures)?))
    } else {
        say(words)
    }
}

#[expect(clippy::print_stderr, reason = "narration, beside the figures")]
fn narrate(what: &str) {
    eprintln!("… {what}");
}
