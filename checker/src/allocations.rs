//! ST-6: the open allocations of an item, each under the order line it belongs to.

use std::collections::hash_map::Entry;

use domain::ids::OrderLineId;
use domain::stock::{JournalEntry, Movement, Part, Parts};

use crate::uuid_map::UuidMap;
use crate::violation::{Breach, Invariant, breach};

pub(crate) type Allocations = UuidMap<OrderLineId, Parts>;

fn named(movement: &Movement) -> Result<OrderLineId, Breach> {
    match movement.order_line {
        Some(line) => Ok(line),
        None => breach(
            Invariant::St6,
            format!("`{}` names no order line", movement.kind.code()),
        ),
    }
}

/// Gives units to an order line: with a command's first part it must hold nothing of this item yet.
pub(crate) fn open(book: &mut Allocations, entry: &JournalEntry, part: Part) -> Result<(), Breach> {
    let line = named(&entry.movement)?;
    match book.entry(line) {
        Entry::Vacant(vacant) => {
            vacant.insert(Parts::new()).push(part);
            Ok(())
        }
        Entry::Occupied(_) if entry.part == 0 => breach(
            Invariant::St6,
            format!("order line {line} is allocated by two commands"),
        ),
        Entry::Occupied(open) if open.get().iter().any(|held| held.location == part.location) => breach(
            Invariant::St6,
            format!("order line {line} holds units at location {} already", part.location),
        ),
        Entry::Occupied(mut open) => {
            open.get_mut().push(part);
            Ok(())
        }
    }
}

/// Takes units from what an order line holds at one location.
pub(crate) fn take(book: &mut Allocations, entry: &JournalEntry, part: Part) -> Result<(), Breach> {
    let line = named(&entry.movement)?;
    let word = entry.movement.kind.code();
    let Entry::Occupied(mut open) = book.entry(line) else {
        return breach(
            Invariant::St6,
            format!(
                "`{word}` takes {} units from order line {line}, which holds none",
                part.units
            ),
        );
    };
    let parts = open.get_mut();
    let held = parts.iter_mut().find(|held| held.location == part.location);
    let units_held = held.as_ref().map_or(0, |held| held.units);
    if part.units > units_held {
        let (units, location) = (part.units, part.location);
        return breach(
            Invariant::St6,
            format!(
                "`{word}` takes {units} units from order line {line}, which holds {units_held} at location {location}"
            ),
        );
    }
    if let Some(held) = held {
        held.units -= part.units;
    }
    parts.retain(|held| held.units > 0);
    if parts.is_empty() {
        open.remove();
    }
    Ok(())
}
