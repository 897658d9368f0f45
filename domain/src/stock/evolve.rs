//! Applying a movement to an item in memory. Cannot fail; ends by checking the invariants of the level it touched.

use super::{Counters, Item, Movement, MovementKind, Part, Parts, Reservation};
use crate::ids::LocationId;

/// Applies one movement and returns the touched level's counters afterwards (zeros for settings of the whole item).
///
/// # Panics
/// When the movement breaks an invariant, which means it was not decided against this state. The actor dies with its
/// memory and the directory rebuilds it from the database: stopping is better than selling what is not there.
pub fn evolve(item: &mut Item, movement: &Movement) -> Counters {
    let applied = match movement.location {
        Some(location) => keep_books(
            item,
            movement,
            Part {
                location,
                units: movement.quantity,
            },
        )
        .and_then(|()| move_units(item, movement, location)),
        None => apply_setting(item, movement).map(|()| Counters::default()),
    };
    applied.unwrap_or_else(stop)
}

#[expect(clippy::panic, reason = "a broken invariant must stop the actor, in production too")]
fn stop(broken: &'static str) -> Counters {
    panic!("{broken}")
}

fn move_units(item: &mut Item, movement: &Movement, location: LocationId) -> Result<Counters, &'static str> {
    let level = item.levels.iter_mut().find(|level| level.location == location);
    let level = &mut level
        .ok_or("ST-3: a movement names a location the item does not have")?
        .counters;
    let units = movement.quantity;
    match movement.kind {
        MovementKind::Reserved => level.reserved += units,
        MovementKind::Released | MovementKind::Expired => level.reserved -= units,
        MovementKind::Confirmed => {
            level.reserved -= units;
            level.allocated += units;
        }
        MovementKind::Allocated => level.allocated += units,
        MovementKind::Deallocated => level.allocated -= units,
        MovementKind::Shipped => {
            level.on_hand -= units;
            level.allocated -= units;
        }
        MovementKind::Expected => level.incoming += units,
        MovementKind::Received => {
            level.on_hand += units;
            level.incoming -= level.incoming.min(units);
        }
        MovementKind::Adjusted | MovementKind::Counted | MovementKind::TransferredIn => level.on_hand += units,
        MovementKind::TransferredOut => level.on_hand -= units,
        MovementKind::SafetySet => level.safety = units,
        MovementKind::Extended => {}
        MovementKind::ReorderPointSet | MovementKind::BackorderSet => {
            return Err("ST-3: a setting of the whole item names a location");
        }
    }
    level.shortfall = level.owed();
    if level.are_sound() {
        Ok(*level)
    } else {
        Err("ST-1/ST-3: a counter fell below zero")
    }
}

fn apply_setting(item: &mut Item, movement: &Movement) -> Result<(), &'static str> {
    if movement.kind == MovementKind::ReorderPointSet {
        item.reorder_point = (movement.quantity >= 0).then_some(movement.quantity);
    } else if movement.kind == MovementKind::BackorderSet {
        item.backorder_limit = movement.quantity;
    } else {
        return Err("ST-3: a movement of units names no location");
    }
    Ok(())
}

/// Opens, moves and closes reservations and allocations. ST-2: what is closed is gone and cannot be closed again.
fn keep_books(item: &mut Item, movement: &Movement, part: Part) -> Result<(), &'static str> {
    match movement.kind {
        MovementKind::Reserved => open_reservation(item, movement, part),
        MovementKind::Extended => extend_reservation(item, movement),
        MovementKind::Released | MovementKind::Expired => close_reservation(item, movement, part),
        MovementKind::Confirmed => {
            close_reservation(item, movement, part)?;
            open_allocation(item, movement, part)
        }
        MovementKind::Allocated => open_allocation(item, movement, part),
        MovementKind::Deallocated | MovementKind::Shipped => take_allocation(item, movement, part),
        MovementKind::Expected
        | MovementKind::Received
        | MovementKind::Adjusted
        | MovementKind::Counted
        | MovementKind::TransferredOut
        | MovementKind::TransferredIn
        | MovementKind::SafetySet
        | MovementKind::ReorderPointSet
        | MovementKind::BackorderSet => Ok(()),
    }
}

fn open_reservation(item: &mut Item, movement: &Movement, part: Part) -> Result<(), &'static str> {
    let (Some(id), Some(expires_at)) = (movement.reservation, movement.expires_at) else {
        return Err("ST-2: a reservation without an id or a deadline");
    };
    let new = || Reservation {
        expires_at,
        parts: Parts::new(),
    };
    item.reservations.entry(id).or_insert_with(new).parts.push(part);
    Ok(())
}

fn extend_reservation(item: &mut Item, movement: &Movement) -> Result<(), &'static str> {
    let open = movement.reservation.and_then(|id| item.reservations.get_mut(&id));
    let (Some(open), Some(expires_at)) = (open, movement.expires_at) else {
        return Err("ST-2: extending a reservation that is not open");
    };
    open.expires_at = expires_at;
    Ok(())
}

fn close_reservation(item: &mut Item, movement: &Movement, part: Part) -> Result<(), &'static str> {
    const NOT_OPEN: &str = "ST-2: closing a reservation that is not open";
    let id = movement.reservation.ok_or(NOT_OPEN)?;
    let open = item.reservations.get_mut(&id).ok_or(NOT_OPEN)?;
    take(&mut open.parts, part)?;
    if open.parts.is_empty() {
        item.reservations.remove(&id);
    }
    Ok(())
}

fn open_allocation(item: &mut Item, movement: &Movement, part: Part) -> Result<(), &'static str> {
    let line = movement.order_line.ok_or("ST-6: an allocation without an order line")?;
    item.allocations.entry(line).or_default().parts.push(part);
    Ok(())
}

fn take_allocation(item: &mut Item, movement: &Movement, part: Part) -> Result<(), &'static str> {
    const NOT_OPEN: &str = "ST-6: taking from an order line that holds nothing";
    let line = movement.order_line.ok_or(NOT_OPEN)?;
    let open = item.allocations.get_mut(&line).ok_or(NOT_OPEN)?;
    take(&mut open.parts, part)?;
    if open.parts.is_empty() {
        item.allocations.remove(&line);
    }
    Ok(())
}

fn take(parts: &mut Parts, taken: Part) -> Result<(), &'static str> {
    const TOO_MUCH: &str = "ST-3: taking more than is held";
    let held = parts.iter_mut().find(|part| part.location == taken.location);
    let held = held.filter(|part| part.units >= taken.units).ok_or(TOO_MUCH)?;
    held.units -= taken.units;
    parts.retain(|part| part.units > 0);
    Ok(())
}
