//! The stock of one item at one location.

use serde::{Deserialize, Serialize};

use crate::ids::LocationId;

/// The counters of a level. All are whole units and none is ever negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// In the building.
    pub on_hand: i64,
    /// Held for checkouts; expires.
    pub reserved: i64,
    /// Promised to order lines; does not expire.
    pub allocated: i64,
    /// Kept back from sale. Never makes a shortfall: it is cut short when stock does not cover it.
    pub safety: i64,
    /// Ordered, not here yet.
    pub incoming: i64,
    /// Promised beyond what is on hand, recorded with the movement that caused it.
    pub shortfall: i64,
}

impl Counters {
    /// Units that may still be promised: `on_hand − reserved − allocated − safety`, and never below zero, because what
    /// is promised beyond stock is a shortfall and safety yields to promises.
    #[must_use]
    pub const fn available(&self) -> i64 {
        let free = self.on_hand - self.promised() - self.safety;
        if free > 0 { free } else { 0 }
    }

    /// Units promised to somebody: reserved and allocated.
    #[must_use]
    pub const fn promised(&self) -> i64 {
        self.reserved + self.allocated
    }

    /// What the shortfall must be, given the other counters.
    #[must_use]
    pub const fn owed(&self) -> i64 {
        let owed = self.promised() - self.on_hand;
        if owed > 0 { owed } else { 0 }
    }

    /// ST-1 and ST-3 for one level: nothing negative, and the recorded shortfall is the true one.
    #[must_use]
    pub const fn are_sound(&self) -> bool {
        self.on_hand >= 0
            && self.reserved >= 0
            && self.allocated >= 0
            && self.safety >= 0
            && self.incoming >= 0
            && self.shortfall == self.owed()
    }
}

/// Counters with the place they count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// Where.
    pub location: LocationId,
    /// How much.
    pub counters: Counters,
}
