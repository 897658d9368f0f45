//! The demo: a flash sale on a hub of its own, drawn in the terminal while it happens and judged by the audit at the end.
//!
//! Called by `entrepot demo`. It is a client of the product: buyers speak HTTP, the picture shows what the API says, the
//! verdict is the audit's. It must never touch the data of a hub that is not its own: everything lies below
//! `data_dir/demo`.

mod buyers;
mod choices;
mod picture;
mod recent;
mod sale;
mod screen;
mod stage;
mod tally;
mod words;

use std::time::Duration;

use crate::audit::audit;
use crate::settings::Settings;
use crate::shutdown;

use sale::{Goods, Sale};
use screen::Screen;
use stage::Stage;

/// What the demo's hub logs unless the settings ask for something of their own: only what would spoil the sale. The pool
/// warns about every connection that ends with the database, which at the end is all of them; and nobody keeps a copy of the
/// root key of a database that the next demo throws away.
const QUIET: &str = "warn,deadpool.postgres=off,entrepot::vault=error";
/// The filter of `config/default.toml`.
const USUAL: &str = "info";

/// How large a sale, and what comes after it.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Simulated buyers.
    pub buyers: u32,
    /// Units of the hottest item.
    pub units: u32,
    /// The doors close after this; most come much earlier.
    pub at_most: Duration,
    /// Whether the hub stays up after the verdict, until a signal.
    pub stays: bool,
}

/// How a demo ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The audit found every invariant intact, and the hub sold what its buyers paid for.
    Clean,
    /// It did not; the words said what.
    Violated,
    /// A signal came before the verdict.
    Interrupted,
}

/// The demo's log filter: quiet, so that nothing disturbs the picture, unless somebody set one.
#[must_use]
pub fn log_filter(configured: &str) -> &str {
    if configured == USUAL { QUIET } else { configured }
}

/// Runs the demo to its end. Must be called inside an actix system. Whatever happens, its database is stopped.
///
/// # Errors
/// With what to do, when the hub cannot be started or the sale cannot be held.
pub async fn run(settings: &Settings, options: Options) -> anyhow::Result<Ending> {
    // From here on Ctrl-C is ours: a database that was started is also stopped.
    let (interrupt, mut interrupted) = tokio::sync::watch::channel(false);
    let requested = shutdown::listen()?;
    tokio::spawn(async move {
        requested.await;
        interrupt.send_replace(true);
    });
    let mut screen = Screen::open();
    let stage = match Stage::build(settings, &mut screen).await {
        // Ctrl-C reaches the programs that set a database up, too.
        Err(_) if *interrupted.borrow() => return Ok(Ending::Interrupted),
        built => built?,
    };
    let outcome = tokio::select! {
        biased;
        _ = interrupted.wait_for(|is_requested| *is_requested) => Ok(Ending::Interrupted),
        outcome = hold(&stage, options, &mut screen) => outcome,
    };
    let ending = match outcome {
        Ok(Ending::Interrupted) | Err(_) => outcome,
        Ok(Ending::Clean | Ending::Violated) if options.stays => {
            let _signal = interrupted.wait_for(|is_requested| *is_requested).await;
            outcome
        }
        Ok(Ending::Clean | Ending::Violated) => outcome,
    };
    screen.say("\nStopping the hub and its database.\n");
    stage.strike().await?;
    ending
}

/// The sale, what happened, the verdict, and what to try by hand.
async fn hold(stage: &Stage, options: Options, screen: &mut Screen) -> anyhow::Result<Ending> {
    let goods = Goods::put_on_sale(&stage.address, &stage.api_key, options.units).await?;
    let sale = Sale {
        address: stage.address,
        api_key: &stage.api_key,
        goods: &goods,
        options,
    };
    let sold = sale.run(screen).await?;
    let ink = screen.ink();
    screen.say(&words::what_happened(&sold, ink));
    let verdict = audit(&stage.database).await?;
    screen.say(&words::verdict(&verdict, &sold, ink));
    if options.stays {
        screen.say(&words::try_by_hand(stage.address, &stage.api_key, goods.item, ink));
    }
    Ok(if verdict.is_clean && sold.adds_up() {
        Ending::Clean
    } else {
        Ending::Violated
    })
}

#[cfg(test)]
mod tests {
    use super::log_filter;

    #[test]
    fn the_demo_is_quiet_unless_somebody_asked_for_a_log() {
        assert!(log_filter("info").starts_with("warn"));
        assert_eq!(log_filter("storage=debug"), "storage=debug");
    }
}
