//! A checkout as it stands.

use domain::ids::{ItemId, OrgId, ReservationId};
use jiff::Timestamp;
use storage::checkouts::{self, CheckoutPart, ReservationState};

use crate::Stock;
use crate::operations::OperationError;

/// A checkout: the reservations that share its id.
#[derive(Clone, Debug)]
pub struct Checkout {
    /// Its id.
    pub id: ReservationId,
    /// How it stands. While a confirmation is under way some lines are confirmed and it still counts as open.
    pub state: ReservationState,
    /// The earliest deadline of its lines.
    pub expires_at: Timestamp,
    /// By item.
    pub lines: Vec<CheckoutLine>,
}

/// What a checkout holds of one item.
#[derive(Clone, Debug)]
pub struct CheckoutLine {
    /// What.
    pub item: ItemId,
    /// Its SKU.
    pub sku: String,
    /// How many.
    pub quantity: i64,
    /// How it stands.
    pub state: ReservationState,
}

/// Reads a checkout.
///
/// # Errors
/// [`OperationError::CheckoutUnknown`], or the database's.
pub async fn get(stock: &Stock, org: OrgId, id: ReservationId) -> Result<Checkout, OperationError> {
    let tx = stock.tenants.begin(org).await?;
    let parts = checkouts::list(&tx, id).await?;
    tx.commit().await?;
    let expires_at = parts
        .iter()
        .map(|part| part.expires_at)
        .min()
        .ok_or(OperationError::CheckoutUnknown)?;
    let lines = merge(parts);
    Ok(Checkout {
        id,
        state: overall(&lines),
        expires_at,
        lines,
    })
}

/// Parts of one item at several locations are one line to the buyer; they close together.
fn merge(parts: Vec<CheckoutPart>) -> Vec<CheckoutLine> {
    let mut lines: Vec<CheckoutLine> = Vec::with_capacity(parts.len());
    for part in parts {
        match lines.last_mut() {
            Some(line) if line.item == part.item => line.quantity += part.quantity,
            _ => lines.push(CheckoutLine {
                item: part.item,
                sku: part.sku,
                quantity: part.quantity,
                state: part.state,
            }),
        }
    }
    lines
}

fn overall(lines: &[CheckoutLine]) -> ReservationState {
    let any = |state| lines.iter().any(|line| line.state == state);
    [
        ReservationState::Open,
        ReservationState::Expired,
        ReservationState::Released,
    ]
    .into_iter()
    .find(|state| any(*state))
    .unwrap_or(ReservationState::Confirmed)
}
