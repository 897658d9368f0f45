//! When the next reservation runs out. Deadlines stand on whole seconds, so a second is a bucket.

use std::collections::BTreeMap;

use domain::ids::ReservationId;
use domain::stock::Item;
use jiff::Timestamp;

/// Reservations by the second they expire in. Entries of reservations that were closed or extended meanwhile are stale
/// and skipped when their second comes.
#[derive(Default)]
pub(super) struct Deadlines {
    by_second: BTreeMap<i64, Vec<ReservationId>>,
}

impl Deadlines {
    pub(super) fn of(item: &Item) -> Self {
        let mut deadlines = Self::default();
        item.reservations
            .iter()
            .for_each(|(id, reservation)| deadlines.add(*id, reservation.expires_at));
        deadlines
    }

    pub(super) fn add(&mut self, id: ReservationId, expires_at: Timestamp) {
        self.by_second.entry(expires_at.as_second()).or_default().push(id);
    }

    /// The earliest second with a deadline.
    pub(super) fn next(&self) -> Option<i64> {
        self.by_second.first_key_value().map(|(second, _)| *second)
    }

    /// Takes out at most `limit` reservations whose second has come.
    pub(super) fn take_due(&mut self, now: Timestamp, limit: usize) -> Vec<ReservationId> {
        let mut due = Vec::new();
        while let Some(mut bucket) = self
            .by_second
            .first_entry()
            .filter(|bucket| *bucket.key() <= now.as_second())
        {
            let ids = bucket.get_mut();
            let room = limit - due.len();
            due.extend(ids.drain(ids.len().saturating_sub(room)..));
            if ids.is_empty() {
                bucket.remove();
            }
            if due.len() == limit {
                break;
            }
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
