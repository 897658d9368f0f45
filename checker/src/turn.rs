//! ST-5 within one item: commands follow each other whole, and each command's parts are 0, 1, 2 … with nothing between.

use domain::ids::{CommandId, LocationId, OrderLineId, ReservationId};
use domain::stock::{Fingerprint, JournalEntry, MovementKind};
use jiff::Timestamp;

use crate::violation::{Breach, Invariant, breach};

/// What a command still has to do in its next part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owed {
    Nothing,
    RestOfReservation,
    TransferIn,
}

/// The part of an item's newest row that the next one is held against.
#[derive(Debug)]
pub(crate) struct Turn {
    command: CommandId,
    fingerprint: Fingerprint,
    part: i16,
    at: Timestamp,
    kind: MovementKind,
    location: Option<LocationId>,
    quantity: i64,
    reservation: Option<ReservationId>,
    order_line: Option<OrderLineId>,
    owed: Owed,
}

impl Turn {
    pub(crate) const fn of(entry: &JournalEntry, owed: Owed) -> Self {
        Self {
            command: entry.command,
            fingerprint: entry.fingerprint,
            part: entry.part,
            at: entry.at,
            kind: entry.movement.kind,
            location: entry.movement.location,
            quantity: entry.movement.quantity,
            reservation: entry.movement.reservation,
            order_line: entry.movement.order_line,
            owed,
        }
    }

    /// Whether the command did all it had to, so that another one may follow, or none.
    pub(crate) fn expect_done(&self) -> Result<(), Breach> {
        let command = self.command;
        match (self.owed, self.reservation) {
            (Owed::Nothing, _) => Ok(()),
            (Owed::RestOfReservation, id) => {
                let id = id.map_or_else(String::new, |id| id.to_string());
                let word = self.kind.code();
                breach(
                    Invariant::St2,
                    format!("command {command} left reservation {id} only partly {word}"),
                )
            }
            (Owed::TransferIn, _) => {
                let units = self.quantity;
                breach(
                    Invariant::St3,
                    format!("command {command} sent {units} units that arrived nowhere"),
                )
            }
        }
    }

    fn expect_continued_by(&self, entry: &JournalEntry) -> Result<(), Breach> {
        let (command, part) = (entry.command, entry.part);
        if command != self.command || self.part.checked_add(1) != Some(part) {
            let (last, last_part) = (self.command, self.part);
            return breach(
                Invariant::St5,
                format!("part {part} of command {command} follows part {last_part} of command {last}"),
            );
        }
        if entry.fingerprint != self.fingerprint {
            let (first, second) = (self.fingerprint.0, entry.fingerprint.0);
            return breach(
                Invariant::St5,
                format!("command {command} has two fingerprints, {first} and {second}"),
            );
        }
        let movement = &entry.movement;
        let is_elsewhere = movement.location != self.location;
        let is_of_same = movement.reservation == self.reservation && movement.order_line == self.order_line;
        if !(is_elsewhere && is_of_same && may_follow(self.kind, movement.kind)) {
            let (first, second) = (self.kind.code(), movement.kind.code());
            return breach(
                Invariant::St5,
                format!("command {command} has two effects: `{second}` (part {part}) does not belong to `{first}`"),
            );
        }
        if self.owed == Owed::TransferIn && movement.quantity != self.quantity {
            let (sent, arrived) = (self.quantity, movement.quantity);
            return breach(
                Invariant::St3,
                format!("command {command} sent {sent} units and {arrived} arrived"),
            );
        }
        Ok(())
    }
}

/// Which kinds one command may have in neighbouring parts: those that several locations serve, and the two ends of a
/// transfer.
const fn may_follow(first: MovementKind, second: MovementKind) -> bool {
    match first {
        MovementKind::Reserved => matches!(second, MovementKind::Reserved),
        MovementKind::Confirmed => matches!(second, MovementKind::Confirmed),
        MovementKind::Released => matches!(second, MovementKind::Released),
        MovementKind::Expired => matches!(second, MovementKind::Expired),
        MovementKind::Allocated => matches!(second, MovementKind::Allocated),
        MovementKind::Deallocated => matches!(second, MovementKind::Deallocated),
        MovementKind::Shipped => matches!(second, MovementKind::Shipped),
        MovementKind::TransferredOut => matches!(second, MovementKind::TransferredIn),
        MovementKind::Extended
        | MovementKind::Expected
        | MovementKind::Received
        | MovementKind::Adjusted
        | MovementKind::Counted
        | MovementKind::TransferredIn
        | MovementKind::SafetySet
        | MovementKind::ReorderPointSet
        | MovementKind::BackorderSet => false,
    }
}

/// Whether a row may be its item's next one.
pub(crate) fn expect_turn(last: Option<&Turn>, entry: &JournalEntry) -> Result<(), Breach> {
    if let Some(last) = last
        && entry.at < last.at
    {
        let (at, before) = (entry.at, last.at);
        return breach(Invariant::St3, format!("time goes back, from {before} to {at}"));
    }
    if entry.part == 0 {
        return expect_beginning(last, entry);
    }
    match last {
        Some(last) => last.expect_continued_by(entry),
        None => {
            let (command, part) = (entry.command, entry.part);
            breach(
                Invariant::St5,
                format!("the item begins with part {part} of command {command}; expected part 0"),
            )
        }
    }
}

fn expect_beginning(last: Option<&Turn>, entry: &JournalEntry) -> Result<(), Breach> {
    if let Some(last) = last {
        last.expect_done()?;
        if last.command == entry.command {
            return breach(
                Invariant::St5,
                format!("command {} takes effect twice in a row", entry.command),
            );
        }
    }
    if entry.movement.kind == MovementKind::TransferredIn {
        let units = entry.movement.quantity;
        return breach(Invariant::St3, format!("{units} units arrive that no location sent"));
    }
    Ok(())
}
