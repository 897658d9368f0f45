//! The decision: which movements a command causes, or why it has none.
//!
//! Order inside every decision: syntax, references, rules, limits; after the last check it must succeed. (Whether the
//! command was seen before is asked by the shell before it calls here.) Nothing is changed; see [`super::evolve`].

use jiff::{SignedDuration, Timestamp};

use super::{
    Action, Command, Item, Level, MAX_BACKORDER, MAX_ON_HAND, Movement, MovementKind, Part, Parts, Quantity, Refusal,
};
use crate::ids::{LocationId, OrderLineId, ReservationId};

/// What a decision yields: usually one movement, one per location when several serve.
pub type Movements = smallvec::SmallVec<[Movement; 1]>;

/// Decides a command against an item at a moment. Pure: the same arguments give the same answer for ever.
pub fn decide(item: &Item, command: &Command, now: Timestamp) -> Result<Movements, Refusal> {
    match &command.action {
        Action::Reserve {
            reservation,
            quantity,
            hold_seconds,
            location,
        } => {
            let ask = Ask {
                quantity: *quantity,
                location: *location,
            };
            reserve(item, *reservation, ask, deadline(now, *hold_seconds))
        }
        Action::Extend {
            reservation,
            hold_seconds,
        } => extend(item, *reservation, now, deadline(now, *hold_seconds)),
        Action::Confirm {
            reservation,
            order_line,
        } => confirm(item, *reservation, *order_line, now),
        Action::Release { reservation } => close(item, *reservation, MovementKind::Released),
        Action::Expire { reservation } => expire(item, *reservation, now),
        Action::Allocate {
            order_line,
            quantity,
            location,
        } => allocate(item, *order_line, *quantity, *location),
        Action::Deallocate { order_line, quantity } => {
            take_from_allocation(item, *order_line, *quantity, MovementKind::Deallocated)
        }
        Action::Ship { order_line, quantity } => ship(item, *order_line, *quantity),
        Action::Expect { location, quantity } => expect(item, *location, *quantity),
        Action::Receive { location, quantity } => receive(item, *location, *quantity),
        Action::Adjust {
            location,
            delta,
            reason,
        } => {
            if *delta == 0 {
                within("delta", 0, 1, MAX_ON_HAND)?;
            }
            let mut movement = correct(item, *location, MovementKind::Adjusted, *delta)?;
            movement.reason = Some(reason.code());
            Ok(one(movement))
        }
        Action::Count { location, counted } => count(item, *location, *counted),
        Action::Transfer { from, to, quantity } => transfer(item, *from, *to, *quantity),
        Action::SetReorderPoint { reorder_point } => set_reorder_point(*reorder_point),
        Action::SetSafety { location, safety } => set_safety(item, *location, *safety),
        Action::SetBackorder { limit } => {
            within("backorder_limit", *limit, 0, MAX_BACKORDER)?;
            Ok(one(Movement::of_item(MovementKind::BackorderSet, *limit)))
        }
    }
}

fn one(movement: Movement) -> Movements {
    let mut movements = Movements::new();
    movements.push(movement);
    movements
}

/// `now + seconds`, on a whole second: rounded up, so that a hold is never shorter than promised.
fn deadline(now: Timestamp, seconds: u32) -> Timestamp {
    let exact = now
        .checked_add(SignedDuration::from_secs(i64::from(seconds)))
        .unwrap_or(Timestamp::MAX);
    let up = i64::from(exact.subsec_nanosecond() > 0);
    Timestamp::from_second(exact.as_second() + up).unwrap_or(Timestamp::MAX)
}

fn within(field: &'static str, value: i64, min: i64, max: i64) -> Result<(), Refusal> {
    if value < min || value > max {
        Err(Refusal::OutOfBounds { field, value, min, max })
    } else {
        Ok(())
    }
}

fn level_at(item: &Item, location: LocationId) -> Result<&Level, Refusal> {
    item.level(location).ok_or(Refusal::LocationUnknown(location))
}

/// What somebody wants: units, from one location or from any.
#[derive(Clone, Copy)]
struct Ask {
    quantity: Quantity,
    location: Option<LocationId>,
}

fn reserve(item: &Item, reservation: ReservationId, ask: Ask, expires_at: Timestamp) -> Result<Movements, Refusal> {
    if item.reservations.contains_key(&reservation) {
        return Err(Refusal::ReservationExists(reservation));
    }
    let (mut parts, missing) = spread(item, ask)?;
    if missing > 0 {
        let credit = backorder_credit(item, ask.location, &parts);
        if missing > credit {
            let requested = ask.quantity.units();
            return Err(Refusal::OutOfStock {
                requested,
                available: requested - missing + credit,
            });
        }
        put_on_first(item, ask.location, &mut parts, missing)?;
    }
    Ok(parts
        .into_iter()
        .map(|part| Movement {
            reservation: Some(reservation),
            expires_at: Some(expires_at),
            ..Movement::at(MovementKind::Reserved, part.location, part.units)
        })
        .collect())
}

/// Takes what is available in selling order; also says how many units no location could serve. One location that can
/// serve everything is preferred over splitting.
fn spread(item: &Item, ask: Ask) -> Result<(Parts, i64), Refusal> {
    let wanted = ask.quantity.units();
    let only = ask.location.map(|location| level_at(item, location)).transpose()?;
    let candidates = || {
        item.levels
            .iter()
            .filter(|level| only.is_none_or(|only| only.location == level.location))
    };
    let mut parts = Parts::new();
    if let Some(level) = candidates().find(|level| level.counters.available() >= wanted) {
        parts.push(Part {
            location: level.location,
            units: wanted,
        });
        return Ok((parts, 0));
    }
    let mut missing = wanted;
    for level in candidates() {
        let units = level.counters.available().min(missing);
        if units > 0 {
            parts.push(Part {
                location: level.location,
                units,
            });
            missing -= units;
        }
    }
    Ok((parts, missing))
}

/// How many more units may be promised beyond what `parts` already takes. Backordered units fall on the first location:
/// what it keeps for safety goes first, then the limit counts what is owed.
fn backorder_credit(item: &Item, location: Option<LocationId>, parts: &Parts) -> i64 {
    if item.backorder_limit == 0 {
        return 0;
    }
    let owed_already: i64 = item.levels.iter().map(|level| level.counters.shortfall).sum();
    let first = location
        .and_then(|location| item.level(location))
        .or_else(|| item.levels.first());
    let Some(first) = first else { return 0 };
    let taken: i64 = parts
        .iter()
        .filter(|part| part.location == first.location)
        .map(|part| part.units)
        .sum();
    let kept_for_safety = (first.counters.on_hand - first.counters.promised() - taken).max(0);
    (item.backorder_limit - owed_already).max(0) + kept_for_safety
}

/// Adds units that exceed stock to the part at the location named, or at the first one.
fn put_on_first(item: &Item, location: Option<LocationId>, parts: &mut Parts, units: i64) -> Result<(), Refusal> {
    let fallback = item.levels.first().map(|level| level.location);
    let Some(target) = location.or(fallback) else {
        return Err(Refusal::OutOfStock {
            requested: units,
            available: 0,
        });
    };
    match parts.iter_mut().find(|part| part.location == target) {
        Some(part) => part.units += units,
        None => parts.push(Part {
            location: target,
            units,
        }),
    }
    Ok(())
}

fn open_reservation(item: &Item, id: ReservationId, now: Timestamp) -> Result<&super::Reservation, Refusal> {
    let reservation = item.reservations.get(&id).ok_or(Refusal::ReservationNotOpen(id))?;
    if now >= reservation.expires_at {
        return Err(Refusal::ReservationExpired {
            reservation: id,
            expired_at: reservation.expires_at,
        });
    }
    Ok(reservation)
}

fn extend(item: &Item, id: ReservationId, now: Timestamp, until: Timestamp) -> Result<Movements, Refusal> {
    let reservation = open_reservation(item, id, now)?;
    let location = reservation.parts.first().map(|part| part.location);
    Ok(one(Movement {
        location,
        reservation: Some(id),
        expires_at: Some(until.max(reservation.expires_at)),
        ..Movement::of_item(MovementKind::Extended, 0)
    }))
}

fn confirm(item: &Item, id: ReservationId, order_line: OrderLineId, now: Timestamp) -> Result<Movements, Refusal> {
    open_reservation(item, id, now)?;
    if item.allocations.contains_key(&order_line) {
        return Err(Refusal::OrderLineAlreadyAllocated(order_line));
    }
    let mut movements = close(item, id, MovementKind::Confirmed)?;
    for movement in &mut movements {
        movement.order_line = Some(order_line);
    }
    Ok(movements)
}

fn expire(item: &Item, id: ReservationId, now: Timestamp) -> Result<Movements, Refusal> {
    let reservation = item.reservations.get(&id).ok_or(Refusal::ReservationNotOpen(id))?;
    if now < reservation.expires_at {
        return Err(Refusal::ReservationStillHeld {
            reservation: id,
            expires_at: reservation.expires_at,
        });
    }
    close(item, id, MovementKind::Expired)
}

fn close(item: &Item, id: ReservationId, kind: MovementKind) -> Result<Movements, Refusal> {
    let reservation = item.reservations.get(&id).ok_or(Refusal::ReservationNotOpen(id))?;
    let closing = |part: &Part| Movement {
        reservation: Some(id),
        ..Movement::at(kind, part.location, part.units)
    };
    Ok(reservation.parts.iter().map(closing).collect())
}

fn allocate(
    item: &Item,
    order_line: OrderLineId,
    quantity: Quantity,
    location: Option<LocationId>,
) -> Result<Movements, Refusal> {
    if item.allocations.contains_key(&order_line) {
        return Err(Refusal::OrderLineAlreadyAllocated(order_line));
    }
    let (mut parts, missing) = spread(item, Ask { quantity, location })?;
    if missing > 0 {
        put_on_first(item, location, &mut parts, missing)?;
    }
    let taking = |part: Part| Movement {
        order_line: Some(order_line),
        ..Movement::at(MovementKind::Allocated, part.location, part.units)
    };
    Ok(parts.into_iter().map(taking).collect())
}

fn ship(item: &Item, order_line: OrderLineId, quantity: Option<Quantity>) -> Result<Movements, Refusal> {
    let movements = take_from_allocation(item, order_line, quantity, MovementKind::Shipped)?;
    for movement in &movements {
        let on_hand = movement
            .location
            .and_then(|at| item.level(at))
            .map_or(0, |level| level.counters.on_hand);
        if movement.quantity > on_hand {
            return Err(Refusal::ExceedsOnHand {
                requested: movement.quantity,
                on_hand,
            });
        }
    }
    Ok(movements)
}

fn take_from_allocation(
    item: &Item,
    order_line: OrderLineId,
    quantity: Option<Quantity>,
    kind: MovementKind,
) -> Result<Movements, Refusal> {
    let allocation = item
        .allocations
        .get(&order_line)
        .ok_or(Refusal::OrderLineNotAllocated(order_line))?;
    let allocated: i64 = allocation.parts.iter().map(|part| part.units).sum();
    let requested = quantity.map_or(allocated, Quantity::units);
    if requested > allocated {
        return Err(Refusal::ExceedsAllocated { requested, allocated });
    }
    let mut missing = requested;
    let mut movements = Movements::new();
    for part in &allocation.parts {
        let units = part.units.min(missing);
        if units > 0 {
            movements.push(Movement {
                order_line: Some(order_line),
                ..Movement::at(kind, part.location, units)
            });
            missing -= units;
        }
    }
    Ok(movements)
}

fn expect(item: &Item, location: LocationId, quantity: Quantity) -> Result<Movements, Refusal> {
    let incoming = level_at(item, location)?.counters.incoming + quantity.units();
    within("incoming", incoming, 0, MAX_ON_HAND)?;
    Ok(one(Movement::at(MovementKind::Expected, location, quantity.units())))
}

fn receive(item: &Item, location: LocationId, quantity: Quantity) -> Result<Movements, Refusal> {
    correct(item, location, MovementKind::Received, quantity.units()).map(one)
}

fn correct(item: &Item, location: LocationId, kind: MovementKind, delta: i64) -> Result<Movement, Refusal> {
    within("quantity", delta, -MAX_ON_HAND, MAX_ON_HAND)?;
    let on_hand = level_at(item, location)?.counters.on_hand;
    if on_hand + delta < 0 {
        return Err(Refusal::ExceedsOnHand {
            requested: -delta,
            on_hand,
        });
    }
    within("on_hand", on_hand + delta, 0, MAX_ON_HAND)?;
    Ok(Movement::at(kind, location, delta))
}

fn count(item: &Item, location: LocationId, counted: i64) -> Result<Movements, Refusal> {
    within("counted", counted, 0, MAX_ON_HAND)?;
    let on_hand = level_at(item, location)?.counters.on_hand;
    correct(item, location, MovementKind::Counted, counted - on_hand).map(one)
}

fn transfer(item: &Item, from: LocationId, to: LocationId, quantity: Quantity) -> Result<Movements, Refusal> {
    let source = level_at(item, from)?.counters;
    let target = level_at(item, to)?.counters;
    if from == to {
        return Err(Refusal::SameLocation);
    }
    let free = (source.on_hand - source.promised()).max(0);
    if quantity.units() > free {
        return Err(Refusal::OutOfStock {
            requested: quantity.units(),
            available: free,
        });
    }
    within("on_hand", target.on_hand + quantity.units(), 0, MAX_ON_HAND)?;
    let mut movements = one(Movement::at(MovementKind::TransferredOut, from, quantity.units()));
    movements.push(Movement::at(MovementKind::TransferredIn, to, quantity.units()));
    Ok(movements)
}

fn set_reorder_point(reorder_point: Option<i64>) -> Result<Movements, Refusal> {
    if let Some(units) = reorder_point {
        within("reorder_point", units, 0, MAX_ON_HAND)?;
    }
    Ok(one(Movement::of_item(
        MovementKind::ReorderPointSet,
        reorder_point.unwrap_or(-1),
    )))
}

fn set_safety(item: &Item, location: LocationId, safety: i64) -> Result<Movements, Refusal> {
    level_at(item, location)?;
    within("safety", safety, 0, MAX_ON_HAND)?;
    Ok(one(Movement::at(MovementKind::SafetySet, location, safety)))
}
