//! What can be asked of an item.

use serde::{Deserialize, Serialize};

use super::Quantity;
use crate::ids::{ApiKeyId, CommandId, LocationId, OrderLineId, ReservationId, digest};

/// A digest of the caller's request. The same command id with another fingerprint is a caller's mistake, not a retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(pub i64);

impl Fingerprint {
    /// Digests what was asked of which route: the first eight bytes of a SHA-256 over length-prefixed parts.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        Self(digest(parts).first_chunk().map_or(0, |head| i64::from_be_bytes(*head)))
    }
}

/// One command: a name that makes it repeatable, who asked, and what is asked.
#[derive(Clone, Debug)]
pub struct Command {
    /// Caller-made; repeating it has no second effect.
    pub id: CommandId,
    /// The basket line this item is, from 0; the lines of one basket share their command.
    pub line: i16,
    /// What the caller asked, digested.
    pub fingerprint: Fingerprint,
    /// The key it was asked with; none for what the hub does by itself (expiry, import).
    pub asked_by: Option<ApiKeyId>,
    /// What is asked.
    pub action: Action,
}

/// Declares the reasons with the word each is stored under.
macro_rules! adjust_reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal)*) => {
        /// Why somebody changed a count by hand.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum AdjustReason { $($(#[$doc])* $name,)* }

        impl AdjustReason {
            /// The word stored and shown.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The reason behind a stored word.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }
        }
    };
}

adjust_reasons! {
    /// Broken or spoiled.
    Damaged = "damaged"
    /// Cannot be found.
    Lost = "lost"
    /// Turned up.
    Found = "found"
    /// Stolen.
    Theft = "theft"
    /// Came back from a buyer and can be sold again.
    Returned = "returned"
    /// An earlier entry was wrong.
    Correction = "correction"
    /// Used by the business itself.
    InternalUse = "internal_use"
}

/// The commands of the design, one variant each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Hold units for a checkout, from one location or, when none is named, in selling order.
    Reserve {
        /// The hold's id; never used before.
        reservation: ReservationId,
        /// Units.
        quantity: Quantity,
        /// How long, from the moment of the decision.
        hold_seconds: u32,
        /// A certain location only.
        location: Option<LocationId>,
    },
    /// Move an open reservation's deadline to `hold_seconds` from now, if that is later.
    Extend {
        /// Which.
        reservation: ReservationId,
        /// How long, from the moment of the decision.
        hold_seconds: u32,
    },
    /// Turn an open reservation into an allocation.
    Confirm {
        /// Which.
        reservation: ReservationId,
        /// The order line that takes the units.
        order_line: OrderLineId,
    },
    /// Give an open reservation's units back.
    Release {
        /// Which.
        reservation: ReservationId,
    },
    /// Give back the units of a reservation whose deadline has passed. Only the item actor asks this.
    Expire {
        /// Which.
        reservation: ReservationId,
    },
    /// Take units for an order that is already sold elsewhere. Always taken; what exceeds stock is a shortfall.
    Allocate {
        /// The order line.
        order_line: OrderLineId,
        /// Units.
        quantity: Quantity,
        /// A certain location only.
        location: Option<LocationId>,
    },
    /// Take an allocation back, in whole or in part.
    Deallocate {
        /// The order line.
        order_line: OrderLineId,
        /// Units; all when not given.
        quantity: Option<Quantity>,
    },
    /// Allocated units leave the building.
    Ship {
        /// The order line.
        order_line: OrderLineId,
        /// Units; all when not given.
        quantity: Option<Quantity>,
    },
    /// Expect units from a supplier.
    Expect {
        /// Where.
        location: LocationId,
        /// Units.
        quantity: Quantity,
    },
    /// Units arrive; what was expected is fulfilled first.
    Receive {
        /// Where.
        location: LocationId,
        /// Units.
        quantity: Quantity,
    },
    /// Correct the count by a difference.
    Adjust {
        /// Where.
        location: LocationId,
        /// Units to add or take; not zero.
        delta: i64,
        /// Why.
        reason: AdjustReason,
    },
    /// State what was counted on the shelf.
    Count {
        /// Where.
        location: LocationId,
        /// Units found.
        counted: i64,
    },
    /// Move free units between locations.
    Transfer {
        /// From where.
        from: LocationId,
        /// To where.
        to: LocationId,
        /// Units.
        quantity: Quantity,
    },
    /// Set how few available units are low.
    SetReorderPoint {
        /// Units; `None` switches it off.
        reorder_point: Option<i64>,
    },
    /// Set how many units are kept back at a location.
    SetSafety {
        /// Where.
        location: LocationId,
        /// Units.
        safety: i64,
    },
    /// Set how many units may be promised beyond stock.
    SetBackorder {
        /// Units; 0 refuses when stock is gone.
        limit: i64,
    },
}
