//! Checkouts as the journal has them, and confirmations that have begun and not ended.
//!
//! A checkout is the set of reservations that carry its id, one per item. What opened them was one command, whose id is
//! the checkout's; what became of each is in the movements that name the reservation.

use domain::ids::{ItemId, LocationId, OrgId, ReservationId};
use jiff::Timestamp;

use crate::{Engine, StorageError, TenantTx};

const LIST: &str = include_str!("sql/checkouts_list.sql");
const INSERT_CONFIRMATION: &str = "
    INSERT INTO checkout_confirmations (org_id, checkout_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
const DELETE_CONFIRMATION: &str = "DELETE FROM checkout_confirmations WHERE org_id = $1 AND checkout_id = $2";
const LIST_CONFIRMATIONS: &str = "
    SELECT org_id, checkout_id FROM checkout_confirmations WHERE begun_at < now() - interval '10 seconds' LIMIT $1";

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

/// What a checkout holds, or held, of one item at one location.
#[derive(Clone, Debug)]
pub struct CheckoutPart {
    /// The item.
    pub item: ItemId,
    /// Its SKU.
    pub sku: String,
    /// Where the units lie.
    pub location: LocationId,
    /// Units.
    pub quantity: i64,
    /// The deadline, as last set.
    pub expires_at: Timestamp,
    /// How it stands.
    pub state: ReservationState,
}

/// Every part of a checkout, by line.
///
/// # Errors
/// When the database cannot be reached or holds what this program does not know.
pub async fn list(tx: &TenantTx, id: ReservationId) -> Result<Vec<CheckoutPart>, StorageError> {
    let rows = tx
        .query("reading a checkout", LIST, &[&tx.org().uuid(), &id.uuid()])
        .await?;
    let part = |row: &tokio_postgres::Row| {
        let state = match row.get::<_, Option<&str>>(5) {
            None => ReservationState::Open,
            Some("confirmed") => ReservationState::Confirmed,
            Some("released") => ReservationState::Released,
            Some("expired") => ReservationState::Expired,
            Some(other) => return Err(StorageError::Unexpected(format!("a reservation closed by {other}"))),
        };
        Ok(CheckoutPart {
            item: ItemId::new(row.get(0)),
            sku: row.get(1),
            location: LocationId::new(row.get(2)),
            quantity: row.get(3),
            expires_at: row.get(4),
            state,
        })
    };
    rows.iter().map(part).collect()
}

/// Writes down that a confirmation has begun.
///
/// # Errors
/// When the database cannot be reached.
pub async fn insert_confirmation(tx: &TenantTx, id: ReservationId) -> Result<(), StorageError> {
    tx.execute(
        "beginning a confirmation",
        INSERT_CONFIRMATION,
        &[&tx.org().uuid(), &id.uuid()],
    )
    .await
    .map(drop)
}

/// Writes down that it has ended.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete_confirmation(tx: &TenantTx, id: ReservationId) -> Result<(), StorageError> {
    tx.execute(
        "ending a confirmation",
        DELETE_CONFIRMATION,
        &[&tx.org().uuid(), &id.uuid()],
    )
    .await
    .map(drop)
}

/// Confirmations, of any organization, that began a while ago and have not ended.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list_confirmations(engine: &Engine, limit: i64) -> Result<Vec<(OrgId, ReservationId)>, StorageError> {
    let client = engine.client().await?;
    let rows = client.query(LIST_CONFIRMATIONS, &[&limit]).await;
    let rows = rows.map_err(StorageError::during("listing confirmations under way"))?;
    Ok(rows
        .iter()
        .map(|row| (OrgId::new(row.get(0)), ReservationId::new(row.get(1))))
        .collect())
}
