//! Repair loops: no input, a full comparison, the same path after a crash as on any other day.

use std::time::Duration;

use actix::prelude::SendError;
use domain::stock::ItemKey;
use futures_util::stream::{self, StreamExt};
use storage::inventory_items::list_holding;
use tracing::{debug, warn};

use crate::Stock;
use crate::directory::Found;
use crate::item::Tick;
use crate::operations::OperationError;
use crate::operations::checkouts::finish_closings;

/// Side by side, so that sleepers share the directory's queries.
const WOKEN_AT_ONCE: usize = 1_000;
/// How often a journal that is away is looked at.
const JOURNAL_POLL: Duration = Duration::from_millis(50);

/// Runs until the runtime ends: at the start and every `interval`, wakes every item that holds something for a checkout, so
/// that its timer runs, and finishes closings that were cut short.
pub async fn run(stock: Stock, interval: Duration) {
    let mut polls = tokio::time::interval(JOURNAL_POLL);
    while !stock.journal.is_open() {
        polls.tick().await;
    }
    let mut rounds = tokio::time::interval(interval);
    loop {
        rounds.tick().await;
        match round(&stock).await {
            Ok(woken) => debug!(woken, "repair round"),
            Err(error) => warn!(%error, "a repair round was cut short; the next one goes on"),
        }
    }
}

/// One round; how many items hold something and are awake now.
async fn round(stock: &Stock) -> Result<usize, OperationError> {
    // Closings first, while deadlines are still out of reach.
    if let Err(error) = finish_closings(stock).await {
        warn!(%error, "closings could not be finished");
    }
    let keys = list_holding(&stock.engine).await?;
    let wake = async |key: &ItemKey| {
        if let Ok(Found::Plain(address)) = stock.directory.find(*key).await {
            // A full mailbox is awake anyway; a closed one is loaded by the next round.
            if let Err(SendError::Closed(_)) = address.try_send(Tick) {
                stock.directory.forget_closed(*key, &address);
            }
        }
    };
    stream::iter(&keys).for_each_concurrent(WOKEN_AT_ONCE, wake).await;
    Ok(keys.len())
}
