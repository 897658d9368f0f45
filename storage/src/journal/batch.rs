//! A batch: decided movements laid out as columns, with everything that follows from them folded to one row each.

use std::collections::hash_map::Entry;

use domain::ids::{IdMap, LocationId, OrderLineId, ReservationId};
use domain::stock::{ItemKey, JournalEntry, MovementKind, Shard};
use jiff::Timestamp;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::Head;

/// Movements to append, in order. Sequence numbers are given as entries are pushed.
#[derive(Default)]
pub struct Batch {
    pub(super) heads: IdMap<Shard, BatchHead>,
    pub(super) movements: MovementColumns,
    /// Levels that exist.
    pub(super) levels: Levels,
    /// Levels that may not exist yet.
    pub(super) new_levels: Levels,
    pub(super) allocations: IdMap<(ItemKey, OrderLineId, LocationId), i64>,
    pub(super) settings: IdMap<ItemKey, Settings>,
}

pub(super) struct BatchHead {
    pub(super) head: Head,
    pub(super) count: i64,
}

#[derive(Default)]
pub(super) struct Settings {
    pub(super) backorder_limit: Option<i64>,
    /// Outer `None`: not set in this batch. −1: none.
    pub(super) reorder_point: Option<i64>,
}

/// Declares a struct of column vectors.
macro_rules! columns {
    ($(#[$doc:meta])* $name:ident { $($column:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Default)]
        pub(super) struct $name { $(pub(super) $column: Vec<$type>,)* }
    };
}

columns!(
    /// One element per movement; names are those of the table.
    MovementColumns {
        shard: i16, seq: i64, org_id: Uuid, item_id: Uuid, location_id: Option<Uuid>, command_id: Uuid,
        line: i16, fingerprint: i64, part: i16, asked_by: Option<Uuid>, at: Timestamp, kind: &'static str, quantity: i64,
        reservation_id: Option<Uuid>, order_line_id: Option<Uuid>, expires_at: Option<Timestamp>,
        reason: Option<&'static str>, on_hand: i64, reserved: i64, allocated: i64, safety: i64, incoming: i64,
        shortfall: i64,
    }
);
columns!(LevelColumns {
    org_id: Uuid,
    item_id: Uuid,
    location_id: Uuid,
    on_hand: i64,
    reserved: i64,
    allocated: i64,
    safety: i64,
    incoming: i64,
    shortfall: i64,
    updated_at: Timestamp,
});
/// The newest counters per level: later movements overwrite earlier ones in place.
#[derive(Default)]
pub(super) struct Levels {
    pub(super) columns: LevelColumns,
    index: IdMap<(ItemKey, LocationId), usize>,
}

impl Batch {
    /// An empty batch.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// The heads as they will stand once this batch is written.
    pub fn heads_after(&self) -> impl Iterator<Item = Head> {
        self.heads.values().map(|batch| Head {
            seq: batch.head.seq + batch.count,
            ..batch.head
        })
    }

    /// Adds one movement to the shard whose head is given; returns its sequence number.
    pub fn push(&mut self, head: Head, entry: &JournalEntry) -> i64 {
        let batch = self.heads.entry(head.shard).or_insert(BatchHead { head, count: 0 });
        batch.count += 1;
        let seq = batch.head.seq + batch.count;
        self.movements.push(head.shard, seq, entry);
        self.follow(entry);
        seq
    }

    /// What follows from a movement outside the journal itself.
    fn follow(&mut self, entry: &JournalEntry) {
        let (key, movement) = (entry.key, &entry.movement);
        let Some(location) = movement.location else {
            let settings = self.settings.entry(key).or_default();
            if movement.kind == MovementKind::BackorderSet {
                settings.backorder_limit = Some(movement.quantity);
            } else {
                settings.reorder_point = Some(movement.quantity);
            }
            return;
        };
        // Once a level is among the new ones it stays there for this batch.
        if self.new_levels.has(key, location) || may_open_level(entry) {
            self.new_levels.put(key, location, entry);
        } else {
            self.levels.put(key, location, entry);
        }
        if let Some(line) = movement.order_line {
            let units = match movement.kind {
                MovementKind::Confirmed | MovementKind::Allocated => movement.quantity,
                MovementKind::Deallocated | MovementKind::Shipped => -movement.quantity,
                MovementKind::Reserved
                | MovementKind::Extended
                | MovementKind::Released
                | MovementKind::Expired
                | MovementKind::Expected
                | MovementKind::Received
                | MovementKind::Adjusted
                | MovementKind::Counted
                | MovementKind::TransferredOut
                | MovementKind::TransferredIn
                | MovementKind::SafetySet
                | MovementKind::ReorderPointSet
                | MovementKind::BackorderSet => 0,
            };
            *self.allocations.entry((key, line, location)).or_default() += units;
        }
    }
}

/// Whether this may be the first movement of its level: those kinds that need no stock to be there. (A level may then be
/// among both; the new ones are written last.)
fn may_open_level(entry: &JournalEntry) -> bool {
    match entry.movement.kind {
        MovementKind::Received
        | MovementKind::Expected
        | MovementKind::Adjusted
        | MovementKind::Counted
        | MovementKind::TransferredIn
        | MovementKind::SafetySet => true,
        MovementKind::Reserved | MovementKind::Allocated => entry.after.shortfall > 0,
        MovementKind::Extended
        | MovementKind::Confirmed
        | MovementKind::Released
        | MovementKind::Expired
        | MovementKind::Deallocated
        | MovementKind::Shipped
        | MovementKind::TransferredOut
        | MovementKind::ReorderPointSet
        | MovementKind::BackorderSet => false,
    }
}

impl MovementColumns {
    /// In the order of the call.
    pub(super) fn parameters(&self) -> [&(dyn ToSql + Sync); 23] {
        [
            &self.shard,
            &self.seq,
            &self.org_id,
            &self.item_id,
            &self.location_id,
            &self.command_id,
            &self.line,
            &self.fingerprint,
            &self.part,
            &self.asked_by,
            &self.at,
            &self.kind,
            &self.quantity,
            &self.reservation_id,
            &self.order_line_id,
            &self.expires_at,
            &self.reason,
            &self.on_hand,
            &self.reserved,
            &self.allocated,
            &self.safety,
            &self.incoming,
            &self.shortfall,
        ]
    }

    fn push(&mut self, shard: Shard, seq: i64, entry: &JournalEntry) {
        let movement = &entry.movement;
        self.shard.push(i16::try_from(shard.number()).unwrap_or(i16::MAX));
        self.seq.push(seq);
        self.org_id.push(entry.key.org.uuid());
        self.item_id.push(entry.key.item.uuid());
        self.location_id.push(movement.location.map(LocationId::uuid));
        self.command_id.push(entry.command.uuid());
        self.line.push(entry.line);
        self.fingerprint.push(entry.fingerprint.0);
        self.part.push(entry.part);
        self.asked_by.push(entry.asked_by.map(domain::ids::ApiKeyId::uuid));
        self.at.push(entry.at);
        self.kind.push(movement.kind.code());
        self.quantity.push(movement.quantity);
        self.reservation_id.push(movement.reservation.map(ReservationId::uuid));
        self.order_line_id.push(movement.order_line.map(OrderLineId::uuid));
        self.expires_at.push(movement.expires_at);
        self.reason.push(movement.reason);
        self.on_hand.push(entry.after.on_hand);
        self.reserved.push(entry.after.reserved);
        self.allocated.push(entry.after.allocated);
        self.safety.push(entry.after.safety);
        self.incoming.push(entry.after.incoming);
        self.shortfall.push(entry.after.shortfall);
    }
}

impl Levels {
    fn has(&self, key: ItemKey, location: LocationId) -> bool {
        !self.index.is_empty() && self.index.contains_key(&(key, location))
    }

    pub(super) fn parameters(&self) -> [&(dyn ToSql + Sync); 10] {
        let l = &self.columns;
        [
            &l.org_id,
            &l.item_id,
            &l.location_id,
            &l.on_hand,
            &l.reserved,
            &l.allocated,
            &l.safety,
            &l.incoming,
            &l.shortfall,
            &l.updated_at,
        ]
    }

    fn put(&mut self, key: ItemKey, location: LocationId, entry: &JournalEntry) {
        let columns = &mut self.columns;
        let row = match self.index.entry((key, location)) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                columns.org_id.push(key.org.uuid());
                columns.item_id.push(key.item.uuid());
                columns.location_id.push(location.uuid());
                for counter in [
                    &mut columns.on_hand,
                    &mut columns.reserved,
                    &mut columns.allocated,
                    &mut columns.safety,
                    &mut columns.incoming,
                    &mut columns.shortfall,
                ] {
                    counter.push(0);
                }
                columns.updated_at.push(entry.at);
                *new.insert(columns.org_id.len() - 1)
            }
        };
        let after = &entry.after;
        set(&mut columns.on_hand, row, after.on_hand);
        set(&mut columns.reserved, row, after.reserved);
        set(&mut columns.allocated, row, after.allocated);
        set(&mut columns.safety, row, after.safety);
        set(&mut columns.incoming, row, after.incoming);
        set(&mut columns.shortfall, row, after.shortfall);
        set(&mut columns.updated_at, row, entry.at);
    }
}

fn set<T>(column: &mut [T], row: usize, value: T) {
    if let Some(cell) = column.get_mut(row) {
        *cell = value;
    }
}
