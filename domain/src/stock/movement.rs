//! What an item's decision changes: one row of the journal.

use jiff::Timestamp;

use crate::ids::{LocationId, OrderLineId, ReservationId};

/// Declares the kinds with the word each is stored under.
macro_rules! movement_kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal)*) => {
        /// The kind of a movement; its stored word is part of the journal's format and never changes meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum MovementKind { $($(#[$doc])* $name,)* }

        impl MovementKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word stored and shown.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The kind behind a stored word.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }
        }
    };
}

movement_kinds! {
    /// `reserved += quantity`
    Reserved = "reserved"
    /// A reservation's deadline moved; no counter changes.
    Extended = "extended"
    /// `reserved −= quantity, allocated += quantity`
    Confirmed = "confirmed"
    /// `reserved −= quantity`
    Released = "released"
    /// `reserved −= quantity`, by deadline
    Expired = "expired"
    /// `allocated += quantity`
    Allocated = "allocated"
    /// `allocated −= quantity`
    Deallocated = "deallocated"
    /// `on_hand −= quantity, allocated −= quantity`
    Shipped = "shipped"
    /// `incoming += quantity`
    Expected = "expected"
    /// `on_hand += quantity, incoming −= min(incoming, quantity)`
    Received = "received"
    /// `on_hand += quantity` (signed), by hand
    Adjusted = "adjusted"
    /// `on_hand += quantity` (signed), by count
    Counted = "counted"
    /// `on_hand −= quantity`, to another location
    TransferredOut = "transferred_out"
    /// `on_hand += quantity`, from another location
    TransferredIn = "transferred_in"
    /// `safety = quantity`
    SafetySet = "safety_set"
    /// The item's reorder point is `quantity`; −1 is none. No counter changes.
    ReorderPointSet = "reorder_point_set"
    /// The item's backorder limit is `quantity`. No counter changes.
    BackorderSet = "backorder_set"
}

/// One change. What it does to the counters follows from `kind` and `quantity` alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// What happened.
    pub kind: MovementKind,
    /// Where; `None` for settings of the whole item.
    pub location: Option<LocationId>,
    /// Units; signed for `adjusted` and `counted`, the new value for the `…_set` kinds.
    pub quantity: i64,
    /// The reservation it opens, moves or closes.
    pub reservation: Option<ReservationId>,
    /// The order line it serves.
    pub order_line: Option<OrderLineId>,
    /// The deadline of a reservation it opens or moves.
    pub expires_at: Option<Timestamp>,
    /// Why, for `adjusted`.
    pub reason: Option<&'static str>,
}

impl Movement {
    /// A movement of `quantity` units at a location, with nothing else attached.
    #[must_use]
    pub const fn at(kind: MovementKind, location: LocationId, quantity: i64) -> Self {
        Self {
            kind,
            location: Some(location),
            quantity,
            reservation: None,
            order_line: None,
            expires_at: None,
            reason: None,
        }
    }

    /// A change of a setting of the whole item.
    #[must_use]
    pub const fn of_item(kind: MovementKind, value: i64) -> Self {
        Self {
            kind,
            location: None,
            quantity: value,
            reservation: None,
            order_line: None,
            expires_at: None,
            reason: None,
        }
    }
}
