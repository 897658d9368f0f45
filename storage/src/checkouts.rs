//! Checkouts as the journal has them, and closings that have begun and not ended.
//!
//! A checkout is the set of reservations that carry its id, one per item. What opened them was one command, whose id is
//! the checkout's; what became of each is in the movements that name the reservation.

use domain::ids::{CommandId, ItemId, LocationId, OrgId, ReservationId};
use domain::stock::Fingerprint;
use jiff::Timestamp;

use crate::{Engine, StorageError, TenantTx};

const LIST: &str = include_str!("sql/checkouts_list.sql");
const BEGIN_CLOSING: &str = "
    INSERT INTO checkout_closings (org_id, checkout_id, how, command_id, fingerprint)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
const FIND_CLOSING: &str = "SELECT how FROM checkout_closings WHERE org_id = $1 AND checkout_id = $2";
const END_CLOSING: &str = "DELETE FROM checkout_closings WHERE org_id = $1 AND checkout_id = $2";
const LIST_CLOSINGS: &str = "
    SELECT org_id, checkout_id, how, command_id, fingerprint FROM checkout_closings
    WHERE begun_at < now() - interval '10 seconds' ORDER BY random() LIMIT $1";

/// How a checkout is being closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// Its reservations become allocations.
    Confirm,
    /// Its units are given back.
    Release,
}

impl Closing {
    const fn word(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Release => "release",
        }
    }

    fn from_word(word: &str) -> Result<Self, StorageError> {
        match word {
            "confirm" => Ok(Self::Confirm),
            "release" => Ok(Self::Release),
            other => Err(StorageError::Unexpected(format!("a checkout closed by {other}"))),
        }
    }
}

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

/// A closing as it was asked for; finishing it repeats that request.
#[derive(Clone, Copy, Debug)]
pub struct ClosingIntent {
    /// Which checkout.
    pub checkout: ReservationId,
    /// Which way.
    pub how: Closing,
    /// The request's command.
    pub command: CommandId,
    /// The request, digested.
    pub fingerprint: Fingerprint,
}

/// Writes down that a closing has begun, unless one has; which one it is.
///
/// # Errors
/// When the database cannot be reached.
pub async fn begin_closing(tx: &TenantTx, intent: &ClosingIntent) -> Result<Closing, StorageError> {
    let (org, id) = (tx.org().uuid(), intent.checkout.uuid());
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 5] = [
        &org,
        &id,
        &intent.how.word(),
        &intent.command.uuid(),
        &intent.fingerprint.0,
    ];
    tx.execute("beginning a closing", BEGIN_CLOSING, &values).await?;
    let rows = tx.query("beginning a closing", FIND_CLOSING, &[&org, &id]).await?;
    rows.first()
        .map_or(Ok(intent.how), |row| Closing::from_word(row.get(0)))
}

/// Writes down that it has ended.
///
/// # Errors
/// When the database cannot be reached.
pub async fn end_closing(tx: &TenantTx, id: ReservationId) -> Result<(), StorageError> {
    tx.execute("ending a closing", END_CLOSING, &[&tx.org().uuid(), &id.uuid()])
        .await
        .map(drop)
}

/// Closings, of any organization, that began a while ago and have not ended.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list_closings(engine: &Engine, limit: i64) -> Result<Vec<(OrgId, ClosingIntent)>, StorageError> {
    let client = engine.client().await?;
    let rows = client.query(LIST_CLOSINGS, &[&limit]).await;
    let rows = rows.map_err(StorageError::during("listing closings under way"))?;
    let closing = |row: &tokio_postgres::Row| {
        let intent = ClosingIntent {
            checkout: ReservationId::new(row.get(1)),
            how: Closing::from_word(row.get(2))?,
            command: CommandId::new(row.get(3)),
            fingerprint: Fingerprint(row.get(4)),
        };
        Ok((OrgId::new(row.get(0)), intent))
    };
    rows.iter().map(closing).collect()
}
