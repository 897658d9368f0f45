//! The ways an item says no. Refusals are data with the numbers in them; the words for people are made at the edge.

use jiff::Timestamp;

use crate::ids::{LocationId, OrderLineId, ReservationId};

/// Why a command had no effect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Fewer units can be promised than were asked for.
    #[error("{requested} requested, {available} available")]
    OutOfStock {
        /// Units asked for.
        requested: i64,
        /// Units that may still be promised, backorder included.
        available: i64,
    },
    /// The organization has no such location.
    #[error("location {0} is not one of this organization's")]
    LocationUnknown(LocationId),
    /// No open reservation has this id: it never existed here, or it is closed.
    #[error("reservation {0} is not open")]
    ReservationNotOpen(ReservationId),
    /// The deadline has passed.
    #[error("reservation {reservation} expired at {expired_at}")]
    ReservationExpired {
        /// Which.
        reservation: ReservationId,
        /// Its deadline.
        expired_at: Timestamp,
    },
    /// Expiry was asked before the deadline.
    #[error("reservation {reservation} is held until {expires_at}")]
    ReservationStillHeld {
        /// Which.
        reservation: ReservationId,
        /// Its deadline.
        expires_at: Timestamp,
    },
    /// A reservation with this id is open already.
    #[error("reservation {0} is already open")]
    ReservationExists(ReservationId),
    /// The order line holds nothing of this item.
    #[error("order line {0} holds nothing of this item")]
    OrderLineNotAllocated(OrderLineId),
    /// The order line holds units of this item already.
    #[error("order line {0} is already allocated")]
    OrderLineAlreadyAllocated(OrderLineId),
    /// More was asked than the order line holds.
    #[error("{requested} requested, {allocated} allocated")]
    ExceedsAllocated {
        /// Units asked for.
        requested: i64,
        /// Units the order line holds.
        allocated: i64,
    },
    /// More would leave the building than is in it.
    #[error("{requested} requested, {on_hand} on hand")]
    ExceedsOnHand {
        /// Units asked for.
        requested: i64,
        /// Units in the building.
        on_hand: i64,
    },
    /// A number outside its bounds.
    #[error("{field} must be from {min} to {max}, not {value}")]
    OutOfBounds {
        /// Which number.
        field: &'static str,
        /// What it was.
        value: i64,
        /// The least it may be.
        min: i64,
        /// The most it may be.
        max: i64,
    },
    /// Both ends of a transfer are the same place.
    #[error("a transfer needs two different locations")]
    SameLocation,
}
