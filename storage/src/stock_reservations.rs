//! Reservations as they stand: for showing checkouts and for finishing half-confirmed ones.

use domain::ids::{ItemId, LocationId, OrgId, ReservationId};
use jiff::Timestamp;

use crate::{Engine, StorageError, TenantTx};

const LIST: &str = "
    SELECT r.item_id, r.location_id, r.quantity, r.expires_at, r.opened_at, r.closed_at, r.state, i.sku
    FROM stock_reservations r JOIN inventory_items i ON i.org_id = r.org_id AND i.id = r.item_id
    WHERE r.org_id = $1 AND r.reservation_id = $2 ORDER BY r.item_id, r.location_id";
/// Baskets of which one line is confirmed and another still open: a confirmation that was cut short. Confirming a basket
/// moves its deadlines beyond any hold, which spares the sub-select for all the others.
const LIST_HALF_CONFIRMED: &str = "
    SELECT DISTINCT o.org_id, o.reservation_id FROM stock_reservations o
    WHERE o.state = 'open' AND o.expires_at > o.opened_at + interval '25 hours' AND EXISTS (
        SELECT FROM stock_reservations c
        WHERE c.org_id = o.org_id AND c.reservation_id = o.reservation_id AND c.state = 'confirmed')
    LIMIT $1";

/// How a reservation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReservationState {
    /// Held until its deadline.
    Open,
    /// Turned into an allocation.
    Confirmed,
    /// Given back by its holder.
    Released,
    /// Given back by its deadline.
    Expired,
}

/// One part of a reservation.
#[derive(Clone, Debug)]
pub struct ReservationPart {
    /// The item.
    pub item: ItemId,
    /// Its SKU.
    pub sku: String,
    /// Where the units lie.
    pub location: LocationId,
    /// Units.
    pub quantity: i64,
    /// The deadline.
    pub expires_at: Timestamp,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// How it stands.
    pub state: ReservationState,
}

/// Every part of every reservation with this id: the lines of a checkout, by item.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list(tx: &TenantTx, id: ReservationId) -> Result<Vec<ReservationPart>, StorageError> {
    let rows = tx
        .query("reading a checkout", LIST, &[&tx.org().uuid(), &id.uuid()])
        .await?;
    let part = |row: &tokio_postgres::Row| {
        let state = match row.get::<_, &str>(6) {
            "open" => ReservationState::Open,
            "confirmed" => ReservationState::Confirmed,
            "released" => ReservationState::Released,
            "expired" => ReservationState::Expired,
            other => return Err(StorageError::Unexpected(format!("reservation state {other}"))),
        };
        Ok(ReservationPart {
            item: ItemId::new(row.get(0)),
            location: LocationId::new(row.get(1)),
            quantity: row.get(2),
            expires_at: row.get(3),
            opened_at: row.get(4),
            closed_at: row.get(5),
            state,
            sku: row.get(7),
        })
    };
    rows.iter().map(part).collect()
}

/// Checkouts of any organization whose confirmation was cut short.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list_half_confirmed(engine: &Engine, limit: i64) -> Result<Vec<(OrgId, ReservationId)>, StorageError> {
    let client = engine.client().await?;
    let rows = client.query(LIST_HALF_CONFIRMED, &[&limit]).await;
    let rows = rows.map_err(StorageError::during("listing half-confirmed checkouts"))?;
    Ok(rows
        .iter()
        .map(|row| (OrgId::new(row.get(0)), ReservationId::new(row.get(1))))
        .collect())
}
