//! An inventory item in memory: its levels, its open reservations and allocations, and its policies.

use jiff::Timestamp;
use smallvec::SmallVec;

use super::{Counters, Level};
use crate::ids::{IdMap, ItemId, LocationId, OrderLineId, OrgId, ReservationId};

/// An item of an organization: the key of everything held in memory, so that tenants can never meet there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemKey {
    /// Whose.
    pub org: OrgId,
    /// What.
    pub item: ItemId,
}

/// Units at one location that a reservation or an allocation holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where they lie.
    pub location: LocationId,
    /// How many.
    pub units: i64,
}

/// Usually one part; several when no single location could serve.
pub type Parts = SmallVec<[Part; 1]>;

/// An open reservation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// The one deadline. At or after it the reservation cannot be confirmed.
    pub expires_at: Timestamp,
    /// What it holds.
    pub parts: Parts,
}

/// An open allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allocation {
    /// What it holds.
    pub parts: Parts,
}

/// Everything [`super::decide`] needs to know about an item.
#[derive(Clone, Debug)]
pub struct Item {
    /// Which item.
    pub key: ItemKey,
    /// One level per location of the organization, the location to sell from first in front.
    pub levels: Vec<Level>,
    /// Open reservations.
    pub reservations: IdMap<ReservationId, Reservation>,
    /// Open allocations.
    pub allocations: IdMap<OrderLineId, Allocation>,
    /// How many units may be promised beyond stock by a checkout; 0 refuses when stock is gone.
    pub backorder_limit: i64,
    /// Below or at this many available units the item is low; `None` never is.
    pub reorder_point: Option<i64>,
}

impl Item {
    /// An item with empty levels at the given locations, in selling order.
    #[must_use]
    pub fn new(key: ItemKey, locations: &[LocationId]) -> Self {
        let empty = |location: &LocationId| Level {
            location: *location,
            counters: Counters::default(),
        };
        Self {
            key,
            levels: locations.iter().map(empty).collect(),
            reservations: IdMap::default(),
            allocations: IdMap::default(),
            backorder_limit: 0,
            reorder_point: None,
        }
    }

    /// The level at a location, if the organization has that location.
    #[must_use]
    pub fn level(&self, location: LocationId) -> Option<&Level> {
        self.levels.iter().find(|level| level.location == location)
    }

    /// The sum over all locations. (`available` of the sum is not the sum of `available`: use [`Item::available`].)
    #[must_use]
    pub fn totals(&self) -> Counters {
        self.levels.iter().fold(Counters::default(), |sum, level| Counters {
            on_hand: sum.on_hand + level.counters.on_hand,
            reserved: sum.reserved + level.counters.reserved,
            allocated: sum.allocated + level.counters.allocated,
            safety: sum.safety + level.counters.safety,
            incoming: sum.incoming + level.counters.incoming,
            shortfall: sum.shortfall + level.counters.shortfall,
        })
    }

    /// Units that may still be promised, over all locations.
    #[must_use]
    pub fn available(&self) -> i64 {
        self.levels.iter().map(|level| level.counters.available()).sum()
    }

    /// ST-3 in full: every counter equals the sum of what is open. Linear in open reservations: for tests and audits.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.levels.iter().all(|level| {
            let here = |parts: &Parts| -> i64 {
                parts
                    .iter()
                    .filter(|part| part.location == level.location)
                    .map(|part| part.units)
                    .sum()
            };
            level.counters.are_sound()
                && level.counters.reserved == self.reservations.values().map(|r| here(&r.parts)).sum::<i64>()
                && level.counters.allocated == self.allocations.values().map(|a| here(&a.parts)).sum::<i64>()
        })
    }
}
