//! Journals written by hand, for the tests: honest ones, into which a test then plants what must be found.

use std::collections::HashMap;

use domain::ids::{CommandId, ItemId, LocationId, OrderLineId, OrgId, ReservationId};
use domain::stock::{Counters, Fingerprint, ItemKey, JournalEntry, Movement, MovementKind, Shard};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{ReplayedShard, Row, ShardReplay, Violation};

/// The shard of the items of these tests.
pub(crate) const HOME: u16 = 7;

pub(crate) fn item(n: u128) -> ItemKey {
    ItemKey {
        org: OrgId::new(Uuid::from_u128(1)),
        item: ItemId::new(Uuid::from_u128((n << 8) + u128::from(HOME))),
    }
}

pub(crate) fn home() -> Shard {
    Shard::from_number(HOME).unwrap()
}

pub(crate) fn location(n: u128) -> LocationId {
    LocationId::new(Uuid::from_u128(n))
}

pub(crate) fn reservation(n: u128) -> ReservationId {
    ReservationId::new(Uuid::from_u128(n))
}

pub(crate) fn line(n: u128) -> OrderLineId {
    OrderLineId::new(Uuid::from_u128(n))
}

pub(crate) fn second(n: i64) -> Timestamp {
    Timestamp::from_second(n).unwrap()
}

/// A journal of one shard. The public fields say which item, where and when the next row is.
pub(crate) struct Journal {
    pub(crate) rows: Vec<Row>,
    pub(crate) item: ItemKey,
    pub(crate) place: LocationId,
    pub(crate) second: i64,
    commands: u128,
    part: i16,
    counters: HashMap<(ItemKey, LocationId), Counters>,
}

impl Journal {
    pub(crate) fn new() -> Self {
        let (rows, counters) = (Vec::new(), HashMap::new());
        Self {
            rows,
            item: item(1),
            place: location(1),
            second: 0,
            commands: 0,
            part: 0,
            counters,
        }
    }

    /// The next row is another part of the newest command.
    pub(crate) fn also_at(&mut self, place: LocationId) -> &mut Self {
        self.place = place;
        self.part += 1;
        self
    }

    fn write(&mut self, movement: Movement, change: impl FnOnce(&mut Counters)) -> &mut Row {
        if self.part == 0 {
            self.commands += 1;
        }
        let after = match movement.location {
            None => Counters::default(),
            Some(location) => {
                let level = self.counters.entry((self.item, location)).or_default();
                change(level);
                level.shortfall = (level.reserved + level.allocated - level.on_hand).max(0);
                *level
            }
        };
        let entry = JournalEntry {
            key: self.item,
            command: CommandId::new(Uuid::from_u128(self.commands)),
            fingerprint: Fingerprint(5),
            line: 0,
            part: std::mem::take(&mut self.part),
            asked_by: None,
            at: second(self.second),
            movement,
            after,
        };
        let seq = i64::try_from(self.rows.len()).unwrap() + 1;
        self.rows.push(Row {
            shard: home(),
            seq,
            entry,
        });
        self.rows.last_mut().unwrap()
    }

    fn here(&self, kind: MovementKind, units: i64) -> Movement {
        Movement::at(kind, self.place, units)
    }

    pub(crate) fn received(&mut self, units: i64) -> &mut Row {
        self.write(self.here(MovementKind::Received, units), |level| {
            level.on_hand += units;
            level.incoming = (level.incoming - units).max(0);
        })
    }

    pub(crate) fn expected(&mut self, units: i64) -> &mut Row {
        self.write(self.here(MovementKind::Expected, units), |level| {
            level.incoming += units
        })
    }

    pub(crate) fn counted(&mut self, units: i64) -> &mut Row {
        self.write(self.here(MovementKind::Counted, units), |level| level.on_hand += units)
    }

    pub(crate) fn adjusted(&mut self, units: i64) -> &mut Row {
        self.write(self.here(MovementKind::Adjusted, units), |level| level.on_hand += units)
    }

    /// Until a minute from now.
    pub(crate) fn reserved(&mut self, id: u128, units: i64) -> &mut Row {
        let movement = Movement {
            reservation: Some(reservation(id)),
            expires_at: Some(second(self.second + 60)),
            ..self.here(MovementKind::Reserved, units)
        };
        self.write(movement, |level| level.reserved += units)
    }

    pub(crate) fn extended(&mut self, id: u128, until: i64) -> &mut Row {
        let movement = Movement {
            reservation: Some(reservation(id)),
            expires_at: Some(second(until)),
            ..self.here(MovementKind::Extended, 0)
        };
        self.write(movement, |_| {})
    }

    pub(crate) fn confirmed(&mut self, id: u128, units: i64) -> &mut Row {
        let movement = Movement {
            reservation: Some(reservation(id)),
            order_line: Some(line(id)),
            ..self.here(MovementKind::Confirmed, units)
        };
        self.write(movement, |level| {
            level.reserved -= units;
            level.allocated += units;
        })
    }

    pub(crate) fn released(&mut self, id: u128, units: i64) -> &mut Row {
        let movement = Movement {
            reservation: Some(reservation(id)),
            ..self.here(MovementKind::Released, units)
        };
        self.write(movement, |level| level.reserved -= units)
    }

    pub(crate) fn expired(&mut self, id: u128, units: i64) -> &mut Row {
        let movement = Movement {
            reservation: Some(reservation(id)),
            ..self.here(MovementKind::Expired, units)
        };
        self.write(movement, |level| level.reserved -= units)
    }

    pub(crate) fn allocated(&mut self, id: u128, units: i64) -> &mut Row {
        let movement = Movement {
            order_line: Some(line(id)),
            ..self.here(MovementKind::Allocated, units)
        };
        self.write(movement, |level| level.allocated += units)
    }

    pub(crate) fn deallocated(&mut self, id: u128, units: i64) -> &mut Row {
        let movement = Movement {
            order_line: Some(line(id)),
            ..self.here(MovementKind::Deallocated, units)
        };
        self.write(movement, |level| level.allocated -= units)
    }

    pub(crate) fn shipped(&mut self, id: u128, units: i64) -> &mut Row {
        let movement = Movement {
            order_line: Some(line(id)),
            ..self.here(MovementKind::Shipped, units)
        };
        self.write(movement, |level| {
            level.on_hand -= units;
            level.allocated -= units;
        })
    }

    pub(crate) fn transferred_out(&mut self, units: i64) -> &mut Row {
        self.write(self.here(MovementKind::TransferredOut, units), |level| {
            level.on_hand -= units
        })
    }

    pub(crate) fn transferred_in(&mut self, units: i64) -> &mut Row {
        self.write(self.here(MovementKind::TransferredIn, units), |level| {
            level.on_hand += units
        })
    }

    pub(crate) fn safety(&mut self, units: i64) -> &mut Row {
        self.write(self.here(MovementKind::SafetySet, units), |level| level.safety = units)
    }

    pub(crate) fn backorder(&mut self, limit: i64) -> &mut Row {
        self.write(Movement::of_item(MovementKind::BackorderSet, limit), |_| {})
    }

    pub(crate) fn reorder_point(&mut self, units: i64) -> &mut Row {
        self.write(Movement::of_item(MovementKind::ReorderPointSet, units), |_| {})
    }

    /// Replays all rows, up to a head that fits them.
    pub(crate) fn replay(&self) -> Result<ReplayedShard, Violation> {
        let mut replay = ShardReplay::new(home(), None);
        self.rows.iter().try_for_each(|row| replay.observe(row))?;
        replay.finish(self.rows.last().map_or(0, |row| row.seq))
    }

    /// What the replay finds, and where.
    pub(crate) fn violation(&self) -> (&'static str, Option<i64>) {
        let violation = self
            .replay()
            .map(|_| ())
            .expect_err("the replay should have found something");
        (violation.invariant.id(), violation.seq)
    }
}
