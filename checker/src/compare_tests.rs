//! The stored tables against a replay: what agrees passes, and every kind of difference is found.

use domain::stock::Counters;

use crate::testkit::{Journal, item, line, location};
use crate::{ReplayedShard, StoredAllocation, StoredItem, StoredLevel, Violation};

/// What a database that agrees with [`replayed`] holds.
#[derive(Clone)]
struct Stored {
    levels: Vec<StoredLevel>,
    allocations: Vec<StoredAllocation>,
    items: Vec<StoredItem>,
}

fn replayed() -> ReplayedShard {
    let mut journal = Journal::new();
    journal.received(3);
    journal.place = location(2);
    journal.received(9);
    journal.place = location(1);
    journal.reserved(1, 2);
    journal.also_at(location(2)).reserved(1, 4);
    journal.allocated(2, 5);
    journal.backorder(7);
    journal.replay().unwrap()
}

fn agreeing() -> Stored {
    let key = item(1);
    let level = |place, on_hand, reserved, allocated| {
        let counters = Counters {
            on_hand,
            reserved,
            allocated,
            ..Counters::default()
        };
        StoredLevel {
            key,
            location: location(place),
            counters,
        }
    };
    let allocated = StoredAllocation {
        key,
        order_line: line(2),
        location: location(2),
        units: 5,
    };
    Stored {
        levels: vec![level(1, 3, 2, 0), level(2, 9, 4, 5)],
        allocations: vec![allocated],
        items: vec![StoredItem {
            key,
            backorder_limit: 7,
            reorder_point: None,
        }],
    }
}

impl Stored {
    fn compare(&self) -> Result<(), Violation> {
        let mut shard = replayed();
        self.levels.iter().try_for_each(|stored| shard.compare_level(stored))?;
        self.allocations
            .iter()
            .try_for_each(|stored| shard.compare_open_allocation(stored))?;
        self.items
            .iter()
            .try_for_each(|stored| shard.compare_settings(stored))?;
        shard.finish().map(|_| ())
    }

    fn invariant(&self) -> &'static str {
        self.compare()
            .expect_err("the comparison should have found something")
            .invariant
            .id()
    }
}

#[test]
fn a_database_that_agrees_is_accepted() {
    assert_eq!(replayed().items(), vec![item(1)]);
    agreeing().compare().unwrap();
}

#[test]
fn a_level_that_no_movement_touched_may_be_stored_as_zero_and_not_otherwise() {
    let mut stored = agreeing();
    for key in [item(1), item(2)] {
        stored.levels.push(StoredLevel {
            key,
            location: location(3),
            counters: Counters::default(),
        });
    }
    stored.items.push(StoredItem {
        key: item(2),
        backorder_limit: 0,
        reorder_point: None,
    });
    stored.compare().unwrap();
    for counters in [
        Counters {
            on_hand: 1,
            ..Counters::default()
        },
        Counters {
            safety: 1,
            ..Counters::default()
        },
    ] {
        stored.levels[2].counters = counters;
        assert_eq!(stored.invariant(), "ST-3");
    }
}

#[test]
fn a_stored_level_that_differs_is_missing_or_is_there_twice_is_found() {
    let mut differs = agreeing();
    differs.levels[1].counters.on_hand += 1;
    assert_eq!(differs.invariant(), "ST-3");
    let mut is_missing = agreeing();
    is_missing.levels.pop();
    assert_eq!(is_missing.invariant(), "ST-3");
    let mut is_twice = agreeing();
    is_twice.levels.push(is_twice.levels[0]);
    assert_eq!(is_twice.invariant(), "ST-3");
}

#[test]
fn a_stored_allocation_that_is_missing_extra_or_different_is_found() {
    let mut is_missing = agreeing();
    is_missing.allocations.clear();
    assert_eq!(is_missing.invariant(), "ST-6");
    let changes: [fn(&mut StoredAllocation); 4] = [
        |stored| stored.order_line = line(9),
        |stored| stored.location = location(3),
        |stored| stored.key = item(2),
        |stored| stored.units -= 1,
    ];
    for change in changes {
        let mut differs = agreeing();
        change(&mut differs.allocations[0]);
        assert_eq!(differs.invariant(), "ST-6");
        let mut is_extra = agreeing();
        let mut extra = is_extra.allocations[0];
        change(&mut extra);
        is_extra.allocations.push(extra);
        assert_eq!(is_extra.invariant(), "ST-6");
    }
}

#[test]
fn stored_policies_that_differ_are_missing_or_were_never_set_are_found() {
    let mut differs = agreeing();
    differs.items[0].backorder_limit = 0;
    assert_eq!(differs.invariant(), "ST-3");
    let mut differs = agreeing();
    differs.items[0].reorder_point = Some(0);
    assert_eq!(differs.invariant(), "ST-3");
    let mut is_missing = agreeing();
    is_missing.items.clear();
    assert_eq!(is_missing.invariant(), "ST-3");
    let mut was_never_set = agreeing();
    was_never_set.items.push(StoredItem {
        key: item(2),
        backorder_limit: 1,
        reorder_point: None,
    });
    assert_eq!(was_never_set.invariant(), "ST-3");
}
