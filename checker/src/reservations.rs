//! ST-2: the open reservations of an item. A closed one is gone, so closing it again finds nothing.

use std::collections::hash_map::Entry;

use domain::ids::ReservationId;
use domain::stock::{JournalEntry, Movement, MovementKind, Part, Parts};
use jiff::Timestamp;

use crate::uuid_map::UuidMap;
use crate::violation::{Breach, Invariant, breach};

/// Units held until a deadline.
#[derive(Debug)]
pub(crate) struct OpenReservation {
    pub(crate) expires_at: Timestamp,
    pub(crate) parts: Parts,
}

pub(crate) type Reservations = UuidMap<ReservationId, OpenReservation>;

/// What closing one part leaves of a reservation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    Nothing,
    OtherParts,
}

fn named(movement: &Movement) -> Result<ReservationId, Breach> {
    match movement.reservation {
        Some(id) => Ok(id),
        None => breach(
            Invariant::St2,
            format!("`{}` names no reservation", movement.kind.code()),
        ),
    }
}

/// Opens a reservation with a command's first part and adds to it with the next ones.
pub(crate) fn open(book: &mut Reservations, entry: &JournalEntry, part: Part) -> Result<(), Breach> {
    let id = named(&entry.movement)?;
    let Some(expires_at) = entry.movement.expires_at else {
        return breach(Invariant::St2, format!("reservation {id} is opened without a deadline"));
    };
    match book.entry(id) {
        Entry::Vacant(vacant) => {
            let mut parts = Parts::new();
            parts.push(part);
            vacant.insert(OpenReservation { expires_at, parts });
            Ok(())
        }
        Entry::Occupied(_) if entry.part == 0 => {
            breach(Invariant::St2, format!("reservation {id} is opened by two commands"))
        }
        Entry::Occupied(open) if open.get().parts.iter().any(|held| held.location == part.location) => breach(
            Invariant::St2,
            format!("reservation {id} holds units at location {} already", part.location),
        ),
        Entry::Occupied(open) if open.get().expires_at != expires_at => {
            let first = open.get().expires_at;
            breach(
                Invariant::St2,
                format!("reservation {id} has two deadlines, {first} and {expires_at}"),
            )
        }
        Entry::Occupied(mut open) => {
            open.get_mut().parts.push(part);
            Ok(())
        }
    }
}

/// Moves the deadline of an open reservation; only before it, and only to a later one.
pub(crate) fn extend(book: &mut Reservations, entry: &JournalEntry, part: Part) -> Result<(), Breach> {
    let id = named(&entry.movement)?;
    let Some(until) = entry.movement.expires_at else {
        return breach(
            Invariant::St2,
            format!("reservation {id} is extended without a deadline"),
        );
    };
    let Some(open) = book.get_mut(&id) else {
        return breach(Invariant::St2, format!("reservation {id} is extended but not open"));
    };
    if entry.at >= open.expires_at || until < open.expires_at {
        let (at, deadline) = (entry.at, open.expires_at);
        return breach(
            Invariant::St2,
            format!(
                "reservation {id}, held until {deadline}, is extended at {at} to {until}; expected before and later"
            ),
        );
    }
    if !open.parts.iter().any(|held| held.location == part.location) {
        return breach(
            Invariant::St2,
            format!("reservation {id} holds nothing at location {}", part.location),
        );
    }
    open.expires_at = until;
    Ok(())
}

/// Closes the part at one location; it must give back exactly what it took.
pub(crate) fn close(book: &mut Reservations, entry: &JournalEntry, part: Part) -> Result<Left, Breach> {
    let id = named(&entry.movement)?;
    let word = entry.movement.kind.code();
    let Entry::Occupied(mut open) = book.entry(id) else {
        let text = format!("reservation {id} is {word} but not open: it never was, or it is closed already");
        return breach(Invariant::St2, text);
    };
    expect_in_time(id, open.get(), entry)?;
    let parts = &mut open.get_mut().parts;
    let Some(place) = parts.iter().position(|held| held.location == part.location) else {
        let text = format!(
            "reservation {id} is {word} at location {}, where it holds nothing",
            part.location
        );
        return breach(Invariant::St2, text);
    };
    let held = parts.swap_remove(place);
    if held.units != part.units {
        let (gone, held) = (part.units, held.units);
        return breach(
            Invariant::St2,
            format!("reservation {id} is {word} with {gone} units; expected the {held} held"),
        );
    }
    if parts.is_empty() {
        open.remove();
        return Ok(Left::Nothing);
    }
    Ok(Left::OtherParts)
}

fn expect_in_time(id: ReservationId, open: &OpenReservation, entry: &JournalEntry) -> Result<(), Breach> {
    let is_over = entry.at >= open.expires_at;
    let (at, deadline) = (entry.at, open.expires_at);
    if entry.movement.kind == MovementKind::Confirmed && is_over {
        let text = format!("reservation {id} is confirmed at {at}; expected before its deadline {deadline}");
        return breach(Invariant::St2, text);
    }
    if entry.movement.kind == MovementKind::Expired && !is_over {
        let text = format!("reservation {id} is expired at {at}; expected not before its deadline {deadline}");
        return breach(Invariant::St2, text);
    }
    Ok(())
}
