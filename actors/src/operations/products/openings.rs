//! Opening stock: the first count of an imported variant, and its policy when stock is gone.
//!
//! Each is a command with an id derived from the item, so it happens once in the item's life, whatever is imported how
//! often. An existing item's stock is never touched by an import: the hub's numbers are the true ones.

use std::collections::HashSet;

use domain::catalog::{Product, Variant};
use domain::ids::{CommandId, ItemId, LocationId, OrgId};
use domain::stock::{Action, Fingerprint, MAX_BACKORDER};
use futures_util::future::try_join_all;
use storage::{StorageError, TenantTx, stock_locations, stock_movements};

use crate::Stock;
use crate::operations::stock::execute;
use crate::operations::{Caller, OperationError, Request};

/// Commands carried out side by side; they share commits.
const PER_ROUND: usize = 512;

/// A command that opens an item's stock.
pub(super) struct Opening {
    item: ItemId,
    command: CommandId,
    action: Action,
}

/// Openings waiting to be carried out.
pub(super) struct Openings {
    org: OrgId,
    waiting: Vec<Opening>,
    location: Option<LocationId>,
}

impl Openings {
    pub(super) fn new(org: OrgId) -> Self {
        Self {
            org,
            waiting: Vec::new(),
            location: None,
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.waiting.len() >= PER_ROUND
    }

    pub(super) fn add(&mut self, openings: Vec<Opening>) {
        self.waiting.extend(openings);
    }

    /// The openings of a product's variants that have not happened yet.
    pub(super) async fn missing(&mut self, tx: &TenantTx, product: &Product) -> Result<Vec<Opening>, StorageError> {
        let location = self.first_location(tx).await?;
        let mut wanted: Vec<Opening> = product
            .variants
            .iter()
            .flat_map(|variant| of(variant, location))
            .collect();
        let ids: Vec<CommandId> = wanted.iter().map(|opening| opening.command).collect();
        let done: HashSet<CommandId> = stock_movements::find_done(tx, &ids).await?.into_iter().collect();
        wanted.retain(|opening| !done.contains(&opening.command));
        Ok(wanted)
    }

    async fn first_location(&mut self, tx: &TenantTx) -> Result<LocationId, StorageError> {
        if let Some(location) = self.location {
            return Ok(location);
        }
        let locations = stock_locations::list(tx).await?;
        let first = locations.first().map(|location| location.id);
        self.location = first;
        first.ok_or_else(|| StorageError::Unexpected("the organization has no stock location".to_owned()))
    }

    /// Carries all out, side by side; how many items got a quantity.
    pub(super) async fn carry_out(&mut self, stock: &Stock) -> Result<u64, OperationError> {
        let org = self.org;
        let waiting = std::mem::take(&mut self.waiting);
        let counts = waiting
            .iter()
            .filter(|opening| matches!(opening.action, Action::Count { .. }))
            .count();
        let run = |opening: Opening| async move {
            let caller = Caller {
                org,
                actor: domain::audit::Actor::Hub,
            };
            let request = Request {
                caller,
                command: opening.command,
                line: 0,
                fingerprint: Fingerprint(0),
            };
            execute(stock, request, opening.item, opening.action).await
        };
        try_join_all(waiting.into_iter().map(run)).await?;
        Ok(counts as u64)
    }
}

fn of(variant: &Variant, location: LocationId) -> Vec<Opening> {
    let item = variant.item;
    let own = CommandId::new(item.uuid());
    let count = variant.opening_quantity.map(|counted| Opening {
        item,
        command: own.for_step(item, "opening-count"),
        action: Action::Count { location, counted },
    });
    let backorder = variant.continues_selling.then(|| Opening {
        item,
        command: own.for_step(item, "opening-backorder"),
        action: Action::SetBackorder { limit: MAX_BACKORDER },
    });
    count.into_iter().chain(backorder).collect()
}
