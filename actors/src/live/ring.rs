//! The last messages of a topic, numbered without a gap within an epoch, bounded in number and in bytes.

use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use jiff::Timestamp;

use super::Data;

/// Bytes kept, about.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// A moment of a topic: the number of the last message before it. Numbers of another epoch mean nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Counts restarts of the hub, of the topic, and whenever the hub lost track.
    pub epoch: u64,
    /// The last number.
    pub seq: u64,
}

/// One message.
pub struct Entry {
    /// Its number.
    pub seq: u64,
    /// When it was published.
    pub at: Timestamp,
    /// What it says.
    pub data: Data,
    /// How it looks on the wire: made once, by whoever sends it first, and shared by all.
    pub encoded: OnceLock<Bytes>,
}

/// What was published after a place.
pub enum Since {
    /// These, without a gap; none when the place is the newest.
    Messages(Vec<Arc<Entry>>),
    /// It cannot be known any more.
    Gone,
}

/// The messages of one topic.
pub(super) struct Ring {
    head: Place,
    entries: VecDeque<Arc<Entry>>,
    weight: usize,
    /// Messages kept.
    most: usize,
}

impl Ring {
    pub(super) fn new(epoch: u64, most: usize) -> Self {
        Self {
            head: Place { epoch, seq: 0 },
            entries: VecDeque::new(),
            weight: 0,
            most,
        }
    }

    pub(super) fn head(&self) -> Place {
        self.head
    }

    pub(super) fn newest(&self) -> Option<Arc<Entry>> {
        self.entries.back().cloned()
    }

    pub(super) fn push(&mut self, at: Timestamp, data: Data) {
        self.head.seq += 1;
        self.weight += data.weight();
        self.entries.push_back(Arc::new(Entry {
            seq: self.head.seq,
            at,
            data,
            encoded: OnceLock::new(),
        }));
        while self.entries.len() > self.most || (self.weight > MOST_BYTES && self.entries.len() > 1) {
            let oldest = self.entries.pop_front();
            self.weight -= oldest.map_or(0, |oldest| oldest.data.weight());
        }
    }

    /// Forgets everything: what was missed cannot be told.
    pub(super) fn begin_epoch(&mut self, epoch: u64) {
        *self = Self::new(epoch, self.most);
    }

    pub(super) fn since(&self, place: Place, limit: usize) -> Since {
        if place.epoch != self.head.epoch || place.seq > self.head.seq {
            return Since::Gone;
        }
        let missed = usize::try_from(self.head.seq - place.seq).unwrap_or(usize::MAX);
        let Some(skipped) = self.entries.len().checked_sub(missed) else {
            return Since::Gone;
        };
        Since::Messages(self.entries.iter().skip(skipped).take(limit).cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(since: Since) -> Option<Vec<u64>> {
        match since {
            Since::Messages(entries) => Some(entries.iter().map(|entry| entry.seq).collect()),
            Since::Gone => None,
        }
    }

    fn filled(count: u64) -> Ring {
        let mut ring = Ring::new(7, 100);
        (0..count).for_each(|_| ring.push(Timestamp::UNIX_EPOCH, Data::Probe));
        ring
    }

    #[test]
    fn what_was_missed_is_complete_or_gone() {
        let ring = filled(10);
        let at = |epoch, seq| Place { epoch, seq };
        assert_eq!(numbers(ring.since(at(7, 10), 99)), Some(vec![]));
        assert_eq!(numbers(ring.since(at(7, 7), 99)), Some(vec![8, 9, 10]));
        assert_eq!(numbers(ring.since(at(7, 0), 3)), Some(vec![1, 2, 3]));
        assert_eq!(numbers(ring.since(at(7, 11), 99)), None, "a number of the future");
        assert_eq!(numbers(ring.since(at(6, 10), 99)), None, "another epoch");
    }

    #[test]
    fn a_full_ring_forgets_the_oldest_and_says_so() {
        let ring = filled(105);
        let at = |seq| Place { epoch: 7, seq };
        assert_eq!(numbers(ring.since(at(4), 1)), None);
        assert_eq!(numbers(ring.since(at(5), 1)), Some(vec![6]));
        let mut heavy = Ring::new(7, 10_000);
        for _ in 0..2_000 {
            let rows = vec![crate::live::StockRow::default(); 50];
            heavy.push(Timestamp::UNIX_EPOCH, Data::Stock(rows));
        }
        assert!(heavy.weight <= MOST_BYTES && heavy.entries.len() < 2_000);
        assert_eq!(numbers(heavy.since(Place { epoch: 7, seq: 1 }, 9)), None);
    }

    #[test]
    fn a_new_epoch_remembers_nothing() {
        let mut ring = filled(10);
        ring.begin_epoch(8);
        assert_eq!(numbers(ring.since(Place { epoch: 7, seq: 10 }, 9)), None);
        assert_eq!(ring.head(), Place { epoch: 8, seq: 0 });
    }
}
