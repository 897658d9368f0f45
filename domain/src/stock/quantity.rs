//! Quantities: whole units, bounded so that no sum of them can overflow.

use serde::{Deserialize, Serialize};

/// The most units one command may move.
pub const MAX_QUANTITY: i64 = 1_000_000_000;
/// The most units one level may hold; a thousand largest commands.
pub const MAX_ON_HAND: i64 = 1_000_000_000_000;
/// A backorder limit that stands for "sell on, whatever the stock".
pub const MAX_BACKORDER: i64 = MAX_ON_HAND;

/// A positive number of units, at most [`MAX_QUANTITY`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Quantity(i64);

/// A number that is no quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a quantity is a whole number from 1 to {MAX_QUANTITY}, not {0}")]
pub struct QuantityError(pub i64);

impl Quantity {
    /// Checks the bounds.
    pub const fn new(units: i64) -> Result<Self, QuantityError> {
        if units >= 1 && units <= MAX_QUANTITY {
            Ok(Self(units))
        } else {
            Err(QuantityError(units))
        }
    }

    /// The number of units.
    #[must_use]
    pub const fn units(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for Quantity {
    type Error = QuantityError;
    fn try_from(units: i64) -> Result<Self, Self::Error> {
        Self::new(units)
    }
}

impl From<Quantity> for i64 {
    fn from(quantity: Quantity) -> Self {
        quantity.0
    }
}
