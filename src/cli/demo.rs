//! `entrepot demo`

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use super::in_system;
use crate::demo::{self, Ending, Options};
use crate::settings::Settings;

/// How large a sale.
#[derive(Args)]
pub(super) struct Arguments {
    /// Simulated buyers.
    #[arg(long, value_name = "N", default_value_t = 3_000, value_parser = clap::value_parser!(u32).range(1..=200_000))]
    buyers: u32,
    /// Units of the hottest item.
    #[arg(long, value_name = "N", default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    units: u32,
    /// Nobody is let in after so many seconds.
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    seconds: u32,
    /// End after the verdict: status 0 when it is clean, 2 when it is not.
    #[arg(long)]
    no_stay: bool,
}

/// Runs the demo. The exit status is 2 when something was oversold, lost or done twice.
pub(super) fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let options = Options {
        buyers: arguments.buyers,
        units: arguments.units,
        at_most: Duration::from_secs(u64::from(arguments.seconds)),
        stays: !arguments.no_stay,
    };
    let ending = in_system(demo::run(settings, options))?;
    Ok(match ending {
        Ending::Clean => ExitCode::SUCCESS,
        Ending::Violated => ExitCode::from(2),
        // Who ends it by hand has seen enough; a script has no verdict.
        Ending::Interrupted if options.stays => ExitCode::SUCCESS,
        Ending::Interrupted => ExitCode::FAILURE,
    })
}
