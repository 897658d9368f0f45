//! What an item comes to over all locations, and what a command changed about it: carried beside its movements, so that
//! whoever is told of them need not ask the database.

use domain::stock::{Counters, Item};

/// An item's totals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Sums over all locations.
    pub totals: Counters,
    /// Units that may still be promised.
    pub available: i64,
    /// At or below so many available units it is low.
    pub reorder_point: Option<i64>,
}

impl Standing {
    /// The item's, now.
    #[must_use]
    pub fn of(item: &Item) -> Self {
        Self {
            totals: item.totals(),
            available: item.available(),
            reorder_point: item.reorder_point,
        }
    }

    /// Whether it is at its reorder point or below.
    #[must_use]
    pub fn is_low(&self) -> bool {
        self.reorder_point.is_some_and(|point| self.available <= point)
    }

    /// Whether more is promised than is there.
    #[must_use]
    pub const fn is_short(&self) -> bool {
        self.totals.shortfall > 0
    }
}

/// What a command made of an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Afterwards.
    pub standing: Standing,
    /// Whether it was low before.
    pub was_low: bool,
    /// Whether it was short before.
    pub was_short: bool,
}

impl Change {
    /// From what it was to what it is.
    #[must_use]
    pub fn between(before: &Standing, item: &Item) -> Self {
        Self {
            standing: Standing::of(item),
            was_low: before.is_low(),
            was_short: before.is_short(),
        }
    }
}
