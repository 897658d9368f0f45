//! When the next reservation runs out. Deadlines stand on whole seconds.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use domain::ids::ReservationId;
use domain::stock::Item;
use jiff::Timestamp;

/// Reservations by the second they expire in, the earliest on top. Entries of reservations that were closed or extended
/// meanwhile are stale and skipped when their second comes.
#[derive(Default)]
pub(super) struct Deadlines {
    earliest_first: BinaryHeap<Reverse<(i64, ReservationId)>>,
}

impl Deadlines {
    pub(super) fn of(item: &Item) -> Self {
        let entry = |(id, reservation): (&ReservationId, &domain::stock::Reservation)| {
            Reverse((reservation.expires_at.as_second(), *id))
        };
        Self {
            earliest_first: item.reservations.iter().map(entry).collect(),
        }
    }

    pub(super) fn add(&mut self, id: ReservationId, expires_at: Timestamp) {
        if self.earliest_first.capacity() == 0 {
            // Most items in memory hold one reservation; the heap would begin with room for four.
            self.earliest_first.reserve_exact(1);
        }
        self.earliest_first.push(Reverse((expires_at.as_second(), id)));
    }

    /// The earliest second with a deadline.
    pub(super) fn next(&self) -> Option<i64> {
        self.earliest_first.peek().map(|Reverse((second, _))| *second)
    }

    /// Takes out at most `limit` reservations whose second has come.
    pub(super) fn take_due(&mut self, now: Timestamp, limit: usize) -> Vec<ReservationId> {
        let mut due = Vec::new();
        while due.len() < limit && self.next().is_some_and(|second| second <= now.as_second()) {
            due.extend(self.earliest_first.pop().map(|Reverse((_, id))| id));
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn due_reservations_come_out_in_bounded_portions_and_only_once() {
        let mut deadlines = Deadlines::default();
        let id = |n: u128| ReservationId::new(Uuid::from_u128(n));
        (0..10_u8).for_each(|n| deadlines.add(id(n.into()), Timestamp::from_second(5 + i64::from(n) / 5).unwrap()));
        let now = Timestamp::from_second(5).unwrap();
        assert_eq!(deadlines.take_due(now, 3).len(), 3);
        assert_eq!(deadlines.take_due(now, 3).len(), 2);
        assert_eq!(deadlines.take_due(now, 3).len(), 0);
        assert_eq!(deadlines.next(), Some(6));
    }
}
