//! Levels: the newest counters per location.

use domain::ids::{ItemId, LocationId};
use domain::stock::Counters;
use jiff::Timestamp;

use crate::item_loader::counters_from;
use crate::{StorageError, TenantTx};

const LIST: &str = "
    SELECT l.location_id, p.name, l.on_hand, l.reserved, l.allocated, l.safety, l.incoming, l.shortfall, l.updated_at
    FROM stock_levels l JOIN stock_locations p ON p.org_id = l.org_id AND p.id = l.location_id
    WHERE l.org_id = $1 AND l.item_id = $2 ORDER BY p.priority, p.id";
/// The newest movement at or before a moment, per location.
const LIST_AT: &str = "
    SELECT p.id, p.name, m.on_hand, m.reserved, m.allocated, m.safety, m.incoming, m.shortfall, m.at
    FROM stock_locations p
    CROSS JOIN LATERAL (
        SELECT on_hand, reserved, allocated, safety, incoming, shortfall, at FROM stock_movements
        WHERE org_id = p.org_id AND item_id = $2 AND at <= $3 AND location_id = p.id
        ORDER BY at DESC, seq DESC LIMIT 1) AS m
    WHERE p.org_id = $1 ORDER BY p.priority, p.id";

/// The stock of an item at a location.
#[derive(Clone, Debug)]
pub struct LevelAt {
    /// Where.
    pub location: LocationId,
    /// What people call the place.
    pub location_name: String,
    /// How much.
    pub counters: Counters,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// An item's levels now, in selling order; locations it never moved at are left out.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list(tx: &TenantTx, item: ItemId) -> Result<Vec<LevelAt>, StorageError> {
    let rows = tx
        .query("reading levels", LIST, &[&tx.org().uuid(), &item.uuid()])
        .await?;
    Ok(rows.iter().map(level).collect())
}

/// An item's levels as they stood at a moment, from the journal.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list_at(tx: &TenantTx, item: ItemId, at: Timestamp) -> Result<Vec<LevelAt>, StorageError> {
    let rows = tx
        .query(
            "reading levels at a moment",
            LIST_AT,
            &[&tx.org().uuid(), &item.uuid(), &at],
        )
        .await?;
    Ok(rows.iter().map(level).collect())
}

fn level(row: &tokio_postgres::Row) -> LevelAt {
    LevelAt {
        location: LocationId::new(row.get(0)),
        location_name: row.get(1),
        counters: counters_from(row, 2),
        updated_at: row.get(8),
    }
}
