//! One item as the journal tells it: its levels, what is open, its policies, and the rules each next row must keep.

use domain::ids::LocationId;
use domain::stock::{Counters, JournalEntry, Level, Movement, MovementKind, Part};

use crate::allocations::{self, Allocations};
use crate::reservations::{self, Left, Reservations};
use crate::turn::{Owed, Turn, expect_turn};
use crate::violation::{Breach, Invariant, breach};
use crate::{Summary, arithmetic};

/// The policies of the whole item; the default is what an item has before anybody sets one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) backorder_limit: i64,
    pub(crate) reorder_point: Option<i64>,
}

/// Everything remembered of an item.
#[derive(Debug, Default)]
pub(crate) struct ItemReplay {
    /// Only levels that a row has touched.
    pub(crate) levels: Vec<Level>,
    pub(crate) settings: Settings,
    pub(crate) reservations: Reservations,
    pub(crate) allocations: Allocations,
    /// The sum of the levels' shortfalls.
    pub(crate) shortfall: i64,
    last: Option<Turn>,
}

impl ItemReplay {
    /// Takes the item's next row.
    pub(crate) fn observe(&mut self, entry: &JournalEntry, tally: &mut Summary) -> Result<(), Breach> {
        expect_turn(self.last.as_ref(), entry)?;
        let owed = match entry.movement.location {
            Some(location) => self.move_units(entry, location, tally)?,
            None => self.set(entry)?,
        };
        self.last = Some(Turn::of(entry, owed));
        Ok(())
    }

    fn set(&mut self, entry: &JournalEntry) -> Result<Owed, Breach> {
        let (kind, value) = (entry.movement.kind, entry.movement.quantity);
        if kind == MovementKind::BackorderSet && value >= 0 {
            self.settings.backorder_limit = value;
        } else if kind == MovementKind::ReorderPointSet && value >= -1 {
            self.settings.reorder_point = if value == -1 { None } else { Some(value) };
        } else {
            return breach(
                Invariant::St3,
                format!("`{}` of {value} names no location", kind.code()),
            );
        }
        arithmetic::expect_recorded(&Counters::default(), &entry.after)?;
        Ok(Owed::Nothing)
    }

    fn move_units(&mut self, entry: &JournalEntry, location: LocationId, tally: &mut Summary) -> Result<Owed, Breach> {
        let movement = &entry.movement;
        arithmetic::expect_sign(movement)?;
        let before = *self.counters(location);
        self.expect_cover(&before, movement, tally)?;
        let owed = self.keep_books(
            entry,
            Part {
                location,
                units: movement.quantity,
            },
            tally,
        )?;
        let after = arithmetic::sum(&before, movement)?;
        arithmetic::expect_recorded(&after, &entry.after)?;
        self.shortfall = self
            .shortfall
            .saturating_sub(before.shortfall)
            .saturating_add(after.shortfall);
        *self.counters(location) = after;
        Ok(owed)
    }

    fn counters(&mut self, location: LocationId) -> &mut Counters {
        let known = self.levels.iter().position(|level| level.location == location);
        let place = known.unwrap_or(self.levels.len());
        if known.is_none() {
            self.levels.push(Level {
                location,
                counters: Counters::default(),
            });
        }
        #[expect(
            clippy::indexing_slicing,
            reason = "the place was found or pushed in the lines above"
        )]
        &mut self.levels[place].counters
    }

    /// ST-1, before the movement: a checkout may be promised, and a transfer may take, only what nobody else has.
    fn expect_cover(&self, before: &Counters, movement: &Movement, tally: &mut Summary) -> Result<(), Breach> {
        let units = movement.quantity;
        let unpromised = before
            .on_hand
            .saturating_sub(before.reserved)
            .saturating_sub(before.allocated);
        if movement.kind == MovementKind::Reserved {
            let oversold = self.oversold(before, unpromised.saturating_sub(before.safety), units);
            if oversold > 0 {
                tally.units_oversold = tally.units_oversold.saturating_add(oversold);
                let Counters {
                    on_hand,
                    reserved,
                    allocated,
                    safety,
                    ..
                } = *before;
                let (limit, owed) = (self.settings.backorder_limit, self.shortfall);
                return breach(
                    Invariant::St1,
                    format!(
                        "{units} units reserved with {on_hand} on hand, {reserved} reserved, {allocated} allocated, \
                         {safety} safety, backorder limit {limit} and {owed} owed already: {oversold} oversold"
                    ),
                );
            }
        }
        if movement.kind == MovementKind::TransferredOut && units > unpromised {
            return breach(
                Invariant::St1,
                format!("{units} units transferred out of {unpromised} that are promised to nobody"),
            );
        }
        Ok(())
    }

    /// How many of the units reserved neither free stock nor the backorder policy covers. With a policy, safety goes
    /// first, and then the item's shortfall over all locations may rise to the limit.
    fn oversold(&self, before: &Counters, available: i64, units: i64) -> i64 {
        let limit = self.settings.backorder_limit;
        if units <= available {
            0
        } else if limit == 0 {
            units.saturating_sub(available.max(0))
        } else {
            let promised = before.reserved.saturating_add(before.allocated).saturating_add(units);
            let owed_here = promised.saturating_sub(before.on_hand).max(0);
            let raised = owed_here.saturating_sub(before.shortfall);
            let above_limit = self.shortfall.saturating_add(raised).saturating_sub(limit);
            above_limit.min(raised).max(0)
        }
    }

    fn keep_books(&mut self, entry: &JournalEntry, part: Part, tally: &mut Summary) -> Result<Owed, Breach> {
        match entry.movement.kind {
            MovementKind::Reserved => {
                reservations::open(&mut self.reservations, entry, part)?;
                tally.reservations_opened += u64::from(entry.part == 0);
            }
            MovementKind::Extended => reservations::extend(&mut self.reservations, entry, part)?,
            MovementKind::Confirmed => {
                let owed = self.close(entry, part, &mut tally.reservations_confirmed)?;
                allocations::open(&mut self.allocations, entry, part)?;
                return Ok(owed);
            }
            MovementKind::Released => return self.close(entry, part, &mut tally.reservations_released),
            MovementKind::Expired => return self.close(entry, part, &mut tally.reservations_expired),
            MovementKind::Allocated => allocations::open(&mut self.allocations, entry, part)?,
            MovementKind::Deallocated | MovementKind::Shipped => {
                allocations::take(&mut self.allocations, entry, part)?;
            }
            MovementKind::TransferredOut => return Ok(Owed::TransferIn),
            MovementKind::Expected
            | MovementKind::Received
            | MovementKind::Adjusted
            | MovementKind::Counted
            | MovementKind::TransferredIn
            | MovementKind::SafetySet
            | MovementKind::ReorderPointSet
            | MovementKind::BackorderSet => {}
        }
        Ok(Owed::Nothing)
    }

    fn close(&mut self, entry: &JournalEntry, part: Part, closed: &mut u64) -> Result<Owed, Breach> {
        Ok(match reservations::close(&mut self.reservations, entry, part)? {
            Left::OtherParts => Owed::RestOfReservation,
            Left::Nothing => {
                *closed += 1;
                Owed::Nothing
            }
        })
    }

    /// At the end: no command half done, and every counter is the sum of what is open.
    pub(crate) fn expect_whole(&self) -> Result<(), Breach> {
        self.last.as_ref().map_or(Ok(()), Turn::expect_done)?;
        let mut held = Vec::from_iter(self.levels.iter().map(|level| (level.location, 0i64, 0i64)));
        for part in self.reservations.values().flat_map(|open| &open.parts) {
            if let Some(sum) = held.iter_mut().find(|sum| sum.0 == part.location) {
                sum.1 = sum.1.saturating_add(part.units);
            }
        }
        for part in self.allocations.values().flatten() {
            if let Some(sum) = held.iter_mut().find(|sum| sum.0 == part.location) {
                sum.2 = sum.2.saturating_add(part.units);
            }
        }
        for (level, (location, reserved, allocated)) in self.levels.iter().zip(held) {
            let counters = &level.counters;
            if counters.reserved != reserved {
                let text = format!(
                    "{} units reserved at {location}, {reserved} in open reservations",
                    counters.reserved
                );
                return breach(Invariant::St2, text);
            }
            if counters.allocated != allocated {
                let text = format!(
                    "{} units allocated at {location}, {allocated} in open allocations",
                    counters.allocated
                );
                return breach(Invariant::St6, text);
            }
        }
        Ok(())
    }
}
