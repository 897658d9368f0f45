//! What was replayed, in numbers: the checker's report when nothing is wrong.

use serde::Serialize;

/// The tally of one shard, or of many merged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Rows of the journal.
    pub movements: u64,
    /// Items with at least one row.
    pub items: u64,
    /// Commands that had an effect.
    pub commands: u64,
    /// Reservations opened; one over several locations counts once.
    pub reservations_opened: u64,
    /// Reservations that became allocations.
    pub reservations_confirmed: u64,
    /// Reservations given back.
    pub reservations_released: u64,
    /// Reservations whose deadline passed.
    pub reservations_expired: u64,
    /// Reservations still open at the end.
    pub reservations_open: u64,
    /// Order lines that still hold units at the end.
    pub allocations_open: u64,
    /// Units owed beyond stock at the end, every one a recorded shortfall.
    pub units_short: i64,
    /// Units that checkouts were promised beyond what stock and backorder allowed. Nothing else may ever stand here
    /// than zero.
    pub units_oversold: i64,
}

impl Summary {
    /// Adds another shard's tally.
    pub fn merge(&mut self, other: &Self) {
        self.movements += other.movements;
        self.items += other.items;
        self.commands += other.commands;
        self.reservations_opened += other.reservations_opened;
        self.reservations_confirmed += other.reservations_confirmed;
        self.reservations_released += other.reservations_released;
        self.reservations_expired += other.reservations_expired;
        self.reservations_open += other.reservations_open;
        self.allocations_open += other.allocations_open;
        self.units_short = self.units_short.saturating_add(other.units_short);
        self.units_oversold = self.units_oversold.saturating_add(other.units_oversold);
    }

    /// Reservations that were opened and not closed, by subtraction.
    pub(crate) const fn reservations_left(&self) -> u64 {
        let closed = self.reservations_confirmed + self.reservations_released + self.reservations_expired;
        self.reservations_opened.saturating_sub(closed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_adds_every_number() {
        let one = Summary {
            movements: 1,
            items: 2,
            commands: 3,
            reservations_opened: 4,
            reservations_confirmed: 5,
            reservations_released: 6,
            reservations_expired: 7,
            reservations_open: 8,
            allocations_open: 9,
            units_short: 10,
            units_oversold: 11,
        };
        let mut both = one.clone();
        both.merge(&one);
        let before = serde_json::to_value(&one).unwrap();
        for (name, number) in serde_json::to_value(&both).unwrap().as_object().unwrap() {
            assert_eq!(number.as_u64(), before[name].as_u64().map(|n| n * 2), "{name}");
        }
    }
}
