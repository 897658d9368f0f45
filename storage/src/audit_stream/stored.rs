//! What the database holds beside the journal, by item, to be compared with the replay.

use domain::ids::{LocationId, OrderLineId};
use domain::stock::{Counters, ItemKey};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::AuditConnection;
use crate::StorageError;
use crate::item_loader::{ALLOCATIONS, LEVELS, counters_from, key_of};

const ITEMS: &str = "
    SELECT i.org_id, i.id, i.backorder_limit, i.reorder_point FROM inventory_items i
    JOIN unnest($1::uuid[], $2::uuid[]) AS v (org_id, id) ON i.org_id = v.org_id AND i.id = v.id";
const TOTALS: &str = "
    SELECT (SELECT count(*) FROM stock_levels WHERE (on_hand, reserved, allocated, safety, incoming, shortfall)
                IS DISTINCT FROM (0, 0, 0, 0, 0, 0)),
           (SELECT count(*) FROM stock_allocations),
           (SELECT count(*) FROM stock_movements)";

/// A level as stored.
pub type LevelRow = (ItemKey, LocationId, Counters);
/// A part of an open allocation as stored.
pub type AllocationRow = (ItemKey, OrderLineId, LocationId, i64);
/// An item's policies as stored: backorder limit and reorder point.
pub type ItemRow = (ItemKey, i64, Option<i64>);

/// Everything stored about some items.
pub struct StoredState {
    /// Levels.
    pub levels: Vec<LevelRow>,
    /// Parts of open allocations.
    pub allocations: Vec<AllocationRow>,
    /// Policies.
    pub items: Vec<ItemRow>,
}

/// How many rows there are in all, so that one nobody asked for cannot hide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Levels that are not all zeros.
    pub levels: i64,
    /// Parts of open allocations.
    pub allocations: i64,
    /// Movements.
    pub movements: i64,
}

impl AuditConnection {
    /// What is stored about these items.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn stored(&self, keys: &[ItemKey]) -> Result<StoredState, StorageError> {
        let orgs: Vec<Uuid> = keys.iter().map(|key| key.org.uuid()).collect();
        let items: Vec<Uuid> = keys.iter().map(|key| key.item.uuid()).collect();
        let by_item: [&(dyn ToSql + Sync); 2] = [&orgs, &items];
        let (levels, allocations, policies) = futures_util::try_join!(
            self.client.query(LEVELS, &by_item),
            self.client.query(ALLOCATIONS, &by_item),
            self.client.query(ITEMS, &by_item),
        )
        .map_err(StorageError::during("reading what is stored"))?;
        let location = |row: &Row, column: usize| LocationId::new(row.get(column));
        Ok(StoredState {
            levels: levels
                .iter()
                .map(|row| (key_of(row), location(row, 2), counters_from(row, 3)))
                .collect(),
            allocations: allocations
                .iter()
                .map(|row| (key_of(row), OrderLineId::new(row.get(2)), location(row, 3), row.get(4)))
                .collect(),
            items: policies
                .iter()
                .map(|row| (key_of(row), row.get(2), row.get(3)))
                .collect(),
        })
    }

    /// How many rows there are in all.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn totals(&self) -> Result<Totals, StorageError> {
        let row = self
            .client
            .query_one(TOTALS, &[])
            .await
            .map_err(StorageError::during("counting"))?;
        Ok(Totals {
            levels: row.get(0),
            allocations: row.get(1),
            movements: row.get(2),
        })
    }
}
