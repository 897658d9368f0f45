//! Repair loops: no input, a full comparison, the same path after a crash as on any other day.

use std::time::Duration;

use jiff::SignedDuration;
use storage::inventory_items::list_holding;
use tracing::{debug, warn};

use crate::Stock;
use crate::directory::Found;
use crate::item::Tick;
use crate::operations::OperationError;
use crate::operations::checkouts::finish_half_confirmed;

/// Items woken per round.
const PER_ROUND: i64 = 10_000;
/// An actor that is awake expires its own; only what is later than this was overlooked.
const OVERDUE_AFTER: SignedDuration = SignedDuration::from_secs(2);
/// How often a journal that is away is looked at.
const JOURNAL_POLL: Duration = Duration::from_millis(50);

/// Runs until the runtime ends: at the start wakes every item that holds a reservation, so that its timer runs; then, every
/// `interval`, those whose deadline was overlooked, and finishes half-confirmed checkouts.
pub async fn run(stock: Stock, interval: Duration) {
    let mut polls = tokio::time::interval(JOURNAL_POLL);
    while !stock.journal.is_open() {
        polls.tick().await;
    }
    let mut is_first = true;
    let mut rounds = tokio::time::interval(interval);
    loop {
        rounds.tick().await;
        match round(&stock, is_first).await {
            Ok(woken) => {
                is_first = false;
                debug!(woken, "repair round");
            }
            Err(error) => warn!(%error, "a repair round was cut short; the next one goes on"),
        }
    }
}

/// One round; how many items were woken.
async fn round(stock: &Stock, wake_all: bool) -> Result<usize, OperationError> {
    // Half-confirmed baskets first, while their deadlines are still out of reach.
    finish_half_confirmed(stock).await?;
    let overdue = (!wake_all).then(|| stock.clock.now().saturating_sub(OVERDUE_AFTER).unwrap_or_default());
    let keys = list_holding(&stock.engine, overdue, PER_ROUND).await?;
    for key in &keys {
        if let Ok(Found::Plain(address)) = stock.directory.find(*key).await {
            // A full mailbox is awake anyway.
            let _busy = address.try_send(Tick);
        }
    }
    Ok(keys.len())
}
