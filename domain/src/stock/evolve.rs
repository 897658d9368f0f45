//! Applying a movement to an item in memory. Cannot fail; ends by checking the invariants of the level it touched.

use super::{Counters, Item, Movement, MovementKind, Part, Parts, Reservation};

/// Applies one movement and returns the touched level's counters afterwards (zeros for settings of the whole item).
///
/// # Panics
/// When the movement breaks an invariant, which means it was not decided against this state. The actor dies with its
/// memory and the directory rebuilds it from the database: stopping is better than selling what is not there.
pub fn evolve(item: &mut Item, movement: &Movement) -> Counters {
    keep_books(item, movement);
    let Some(location) = movement.location else {
        apply_setting(item, movement);
        return Counters::default();
    };
    let Some(level) = item.levels.iter_mut().find(|level| level.location == location) else {
        return broken("ST-3: a movement names a location the item does not have");
    };
    move_units(&mut level.counters, movement);
    level.counters.shortfall = level.counters.owed();
    if !level.counters.are_sound() {
        return broken("ST-1/ST-3: a counter fell below zero");
    }
    level.counters
}

#[expect(clippy::panic, reason = "a broken invariant must stop the actor, in production too")]
fn broken(what: &str) -> Counters {
    panic!("{what}")
}

fn move_units(level: &mut Counters, movement: &Movement) {
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
        MovementKind::Extended | MovementKind::ReorderPointSet | MovementKind::BackorderSet => {}
    }
}

fn apply_setting(item: &mut Item, movement: &Movement) {
    match movement.kind {
        MovementKind::ReorderPointSet => item.reorder_point = (movement.quantity >= 0).then_some(movement.quantity),
        MovementKind::BackorderSet => item.backorder_limit = movement.quantity,
        MovementKind::Reserved
        | MovementKind::Extended
        | MovementKind::Confirmed
        | MovementKind::Released
        | MovementKind::Expired
        | MovementKind::Allocated
        | MovementKind::Deallocated
        | MovementKind::Shipped
        | MovementKind::Expected
        | MovementKind::Received
        | MovementKind::Adjusted
        | MovementKind::Counted
        | MovementKind::TransferredOut
        | MovementKind::TransferredIn
        | MovementKind::SafetySet => {}
    }
}

/// Opens, moves and closes reservations and allocations. ST-2: what is closed is gone and cannot be closed again.
fn keep_books(item: &mut Item, movement: &Movement) {
    let part = movement.location.map(|location| Part {
        location,
        units: movement.quantity,
    });
    match (movement.kind, movement.reservation, movement.order_line, part) {
        (MovementKind::Reserved, Some(id), _, Some(part)) => {
            let Some(expires_at) = movement.expires_at else { return };
            let open = item.reservations.entry(id).or_insert_with(|| Reservation {
                expires_at,
                parts: Parts::new(),
            });
            open.parts.push(part);
        }
        (MovementKind::Extended, Some(id), _, _) => {
            if let (Some(open), Some(expires_at)) = (item.reservations.get_mut(&id), movement.expires_at) {
                open.expires_at = expires_at;
            }
        }
        (MovementKind::Released | MovementKind::Expired, Some(id), _, Some(part)) => close_part(item, id, part),
        (MovementKind::Confirmed, Some(id), Some(line), Some(part)) => {
            close_part(item, id, part);
            item.allocations.entry(line).or_default().parts.push(part);
        }
        (MovementKind::Allocated, _, Some(line), Some(part)) => {
            item.allocations.entry(line).or_default().parts.push(part);
        }
        (MovementKind::Deallocated | MovementKind::Shipped, _, Some(line), Some(part)) => {
            let Some(open) = item.allocations.get_mut(&line) else {
                return;
            };
            take(&mut open.parts, part);
            if open.parts.is_empty() {
                item.allocations.remove(&line);
            }
        }
        _ => {}
    }
}

fn close_part(item: &mut Item, id: crate::ids::ReservationId, part: Part) {
    let Some(open) = item.reservations.get_mut(&id) else {
        return;
    };
    take(&mut open.parts, part);
    if open.parts.is_empty() {
        item.reservations.remove(&id);
    }
}

fn take(parts: &mut Parts, taken: Part) {
    if let Some(part) = parts.iter_mut().find(|part| part.location == taken.location) {
        part.units -= taken.units;
    }
    parts.retain(|part| part.units > 0);
}
