//! Honest journals that must pass, and for every rule a journal that breaks it.

use crate::testkit::{Journal, home, item, line, location, reservation, second};
use crate::{ShardReplay, Summary};

/// A day in which everything happens once, over two locations and two items.
fn honest() -> Journal {
    let mut journal = Journal::new();
    journal.expected(4);
    journal.received(10);
    journal.safety(1);
    journal.reserved(1, 2);
    journal.extended(1, 90);
    journal.second = 89;
    journal.confirmed(1, 2);
    journal.shipped(1, 1);
    journal.shipped(1, 1);
    journal.reserved(2, 3);
    journal.second = 149;
    journal.expired(2, 3);
    journal.allocated(3, 9);
    journal.deallocated(3, 4);
    journal.transferred_out(3);
    journal.also_at(location(2)).transferred_in(3);
    journal.backorder(2);
    journal.reorder_point(5);
    journal.place = location(1);
    journal.reserved(4, 1);
    journal.also_at(location(2)).reserved(4, 2);
    journal.place = location(1);
    journal.released(4, 1);
    journal.also_at(location(2)).released(4, 2);
    journal.adjusted(-1);
    journal.counted(-1);
    journal.item = item(2);
    journal.second = 0;
    journal.received(1);
    journal.reserved(6, 1);
    journal
}

#[test]
fn an_honest_journal_is_proved_and_counted() {
    let summary = honest().replay().unwrap().summary().clone();
    let expected = Summary {
        movements: 24,
        items: 2,
        commands: 21,
        reservations_opened: 4,
        reservations_confirmed: 1,
        reservations_released: 1,
        reservations_expired: 1,
        reservations_open: 1,
        allocations_open: 1,
        units_short: 0,
        units_oversold: 0,
    };
    assert_eq!(summary, expected);
}

#[test]
fn an_empty_shard_is_proved() {
    let replay = ShardReplay::new(home(), None);
    assert_eq!(replay.finish(0).unwrap().finish().unwrap(), Summary::default());
}

#[test]
fn an_oversell_is_found_and_measured() {
    let mut journal = Journal::new();
    journal.received(5);
    journal.reserved(1, 3);
    journal.reserved(2, 3);
    assert_eq!(journal.violation(), ("ST-1", Some(3)));
    let mut replay = ShardReplay::new(home(), None);
    let _ = journal.rows.iter().try_for_each(|row| replay.observe(row));
    assert_eq!(replay.summary().units_oversold, 1);
}

#[test]
fn reserving_into_safety_is_found() {
    let mut journal = Journal::new();
    journal.received(5);
    journal.safety(4);
    journal.reserved(1, 2);
    assert_eq!(journal.violation(), ("ST-1", Some(3)));
}

#[test]
fn an_order_sold_elsewhere_may_be_short_but_a_checkout_may_not_add_to_it() {
    let mut journal = Journal::new();
    journal.received(5);
    journal.allocated(1, 9);
    assert_eq!(journal.replay().unwrap().summary().units_short, 4);
    journal.reserved(1, 1);
    assert_eq!(journal.violation(), ("ST-1", Some(3)));
}

#[test]
fn backorder_takes_safety_first_and_then_its_limit_over_all_locations() {
    let mut journal = Journal::new();
    journal.received(5);
    journal.safety(5);
    journal.backorder(3);
    journal.reserved(1, 7);
    assert_eq!(journal.replay().unwrap().summary().units_short, 2);
    journal.place = location(2);
    journal.reserved(2, 1);
    assert_eq!(journal.replay().unwrap().summary().units_short, 3);
    journal.reserved(3, 1);
    assert_eq!(journal.violation(), ("ST-1", Some(6)));
}

#[test]
fn a_lowered_backorder_limit_still_lets_free_units_be_reserved() {
    let mut journal = Journal::new();
    journal.backorder(4);
    journal.reserved(1, 4);
    journal.backorder(1);
    journal.place = location(2);
    journal.received(2);
    journal.reserved(2, 2);
    journal.replay().unwrap();
    journal.place = location(1);
    journal.reserved(3, 1);
    assert_eq!(journal.violation(), ("ST-1", Some(6)));
}

#[test]
fn a_transfer_of_promised_units_is_found() {
    let mut journal = Journal::new();
    journal.received(5);
    journal.reserved(1, 3);
    journal.transferred_out(3);
    journal.also_at(location(2)).transferred_in(3);
    assert_eq!(journal.violation(), ("ST-1", Some(3)));
}

#[test]
fn a_shortfall_that_is_not_recorded_is_found() {
    let mut journal = Journal::new();
    journal.received(5);
    journal.allocated(1, 6).entry.after.shortfall = 0;
    assert_eq!(journal.violation(), ("ST-1", Some(2)));
}

#[test]
fn closing_a_reservation_twice_is_found_whatever_the_ways() {
    type Close = fn(&mut Journal);
    let ways: [Close; 3] = [
        |journal| {
            journal.confirmed(1, 2);
        },
        |journal| {
            journal.released(1, 2);
        },
        |journal| {
            journal.second = 60;
            journal.expired(1, 2);
        },
    ];
    for first in ways {
        for second in ways {
            let mut journal = Journal::new();
            journal.received(5);
            journal.reserved(1, 2);
            journal.reserved(2, 3);
            first(&mut journal);
            journal.replay().unwrap();
            second(&mut journal);
            assert_eq!(journal.violation(), ("ST-2", Some(5)));
        }
    }
}

#[test]
fn closing_what_was_never_open_is_found() {
    let mut journal = Journal::new();
    journal.received(5);
    journal.reserved(1, 2);
    journal.released(9, 2);
    assert_eq!(journal.violation(), ("ST-2", Some(3)));
}

#[test]
fn closing_with_other_units_or_elsewhere_is_found() {
    let mut journal = Journal::new();
    journal.received(5);
    journal.reserved(1, 2);
    journal.released(1, 1);
    assert_eq!(journal.violation(), ("ST-2", Some(3)));
    journal.rows.pop();
    journal.place = location(2);
    journal.released(1, 2);
    assert_eq!(journal.violation(), ("ST-2", Some(3)));
}

#[test]
fn the_deadline_parts_confirm_from_expire_to_the_second() {
    for (at, confirms, expires) in [(59, true, false), (60, false, true)] {
        let mut journal = Journal::new();
        journal.received(5);
        journal.reserved(1, 2);
        journal.second = at;
        journal.confirmed(1, 2);
        assert_eq!(journal.replay().is_ok(), confirms, "confirmed at {at}");
        assert!(confirms || journal.violation() == ("ST-2", Some(3)));
        let mut journal = Journal::new();
        journal.received(5);
        journal.reserved(1, 2);
        journal.second = at;
        journal.expired(1, 2);
        assert_eq!(journal.replay().is_ok(), expires, "expired at {at}");
        assert!(expires || journal.violation() == ("ST-2", Some(3)));
    }
}

#[test]
fn extending_a_reservation_that_is_over_or_to_an_earlier_deadline_is_found() {
    for (at, until) in [(60, 120), (10, 50)] {
        let mut journal = Journal::new();
        journal.received(5);
        journal.reserved(1, 2);
        journal.second = at;
        journal.extended(1, until);
        assert_eq!(journal.violation(), ("ST-2", Some(3)), "at {at} until {until}");
    }
    let mut journal = Journal::new();
    journal.received(5);
    journal.reserved(1, 2);
    journal.released(1, 2);
    journal.extended(1, 120);
    assert_eq!(journal.violation(), ("ST-2", Some(4)));
}

#[test]
fn opening_a_reservation_with_two_commands_is_found() {
    let mut journal = Journal::new();
    journal.received(5);
    journal.reserved(1, 2);
    journal.reserved(1, 2);
    assert_eq!(journal.violation(), ("ST-2", Some(3)));
}

#[test]
fn a_reservation_that_is_only_partly_closed_is_found_at_the_next_command_or_at_the_end() {
    let mut journal = Journal::new();
    journal.received(5);
    journal.place = location(2);
    journal.received(5);
    journal.place = location(1);
    journal.reserved(1, 2);
    journal.also_at(location(2)).reserved(1, 3);
    journal.place = location(1);
    journal.released(1, 2);
    assert_eq!(journal.violation(), ("ST-2", None));
    journal.received(1);
    assert_eq!(journal.violation(), ("ST-2", Some(6)));
    journal.rows.pop();
    journal.also_at(location(2)).released(1, 3);
    journal.rows[5].entry.command = journal.rows[4].entry.command;
    journal.replay().unwrap();
}

#[test]
fn a_wrong_counter_is_found_in_any_column() {
    let wrongs: [fn(&mut domain::stock::Counters); 5] = [
        |after| after.on_hand += 1,
        |after| after.reserved += 1,
        |after| after.allocated += 1,
        |after| after.safety += 1,
        |after| after.incoming += 1,
    ];
    for wrong in wrongs {
        for row in 0..honest().rows.len() {
            let mut journal = honest();
            wrong(&mut journal.rows[row].entry.after);
            assert_eq!(journal.violation(), ("ST-3", Some(journal.rows[row].seq)));
        }
    }
}

#[test]
fn a_counter_below_zero_is_found_even_when_the_row_says_so_itself() {
    let mut journal = Journal::new();
    journal.received(5);
    journal.adjusted(-6);
    assert_eq!(journal.violation(), ("ST-3", Some(2)));
}

#[test]
fn shipping_more_than_is_in_the_building_is_found() {
    let mut journal = Journal::new();
    journal.received(1);
    journal.allocated(1, 2);
    journal.shipped(1, 2);
    assert_eq!(journal.violation(), ("ST-3", Some(3)));
}

#[test]
fn units_of_no_sense_are_found() {
    let mut journal = Journal::new();
    journal.received(5);
    journal.allocated(1, -1);
    assert_eq!(journal.violation(), ("ST-3", Some(2)));
    let mut journal = Journal::new();
    journal.adjusted(5);
    journal.adjusted(1).entry.movement.quantity = i64::MAX;
    assert_eq!(journal.violation(), ("ST-3", Some(2)));
}

#[test]
fn time_that_goes_back_is_found_within_an_item_and_not_between_items() {
    let mut journal = Journal::new();
    journal.second = 10;
    journal.received(5);
    journal.item = item(2);
    journal.second = 9;
    journal.received(5);
    journal.replay().unwrap();
    journal.item = item(1);
    journal.received(5);
    assert_eq!(journal.violation(), ("ST-3", Some(3)));
}

#[test]
fn a_transfer_that_loses_or_makes_units_is_found() {
    let mut journal = Journal::new();
    journal.received(5);
    journal.transferred_out(2);
    assert_eq!(journal.violation(), ("ST-3", None));
    journal.also_at(location(2)).transferred_in(3);
    assert_eq!(journal.violation(), ("ST-3", Some(3)));
    let mut journal = Journal::new();
    journal.transferred_in(3);
    assert_eq!(journal.violation(), ("ST-3", Some(1)));
}

#[test]
fn a_gap_a_repeated_row_and_a_missing_end_are_found() {
    let mut journal = honest();
    journal.rows.remove(0);
    assert_eq!(journal.violation(), ("ST-4", Some(2)));
    let mut journal = honest();
    journal.rows.remove(7);
    assert_eq!(journal.violation(), ("ST-4", Some(9)));
    let mut journal = honest();
    let again = journal.rows[6].clone();
    journal.rows.insert(7, again);
    assert_eq!(journal.violation(), ("ST-4", Some(7)));
    let mut replay = ShardReplay::new(home(), None);
    let journal = honest();
    journal.rows.iter().try_for_each(|row| replay.observe(row)).unwrap();
    assert_eq!(replay.finish(25).unwrap_err().invariant.id(), "ST-4");
}

#[test]
fn a_row_in_the_wrong_shard_is_found() {
    let mut journal = Journal::new();
    let stranger = domain::ids::ItemId::new(uuid::Uuid::from_u128(8));
    journal.received(5).entry.key.item = stranger;
    assert_eq!(journal.violation(), ("ST-4", Some(1)));
}

#[test]
fn a_command_that_is_written_again_right_after_itself_is_found() {
    let mut journal = Journal::new();
    let command = journal.received(5).entry.command;
    journal.received(5).entry.command = command;
    assert_eq!(journal.violation(), ("ST-5", Some(2)));
}

#[test]
fn a_second_effect_disguised_as_a_part_is_found() {
    let mut journal = Journal::new();
    journal.received(5);
    journal.also_at(location(1)).received(5);
    assert_eq!(journal.violation(), ("ST-5", Some(2)));
    let mut journal = Journal::new();
    journal.received(5);
    journal.reserved(1, 1);
    journal.also_at(location(1)).reserved(1, 1);
    assert_eq!(journal.violation(), ("ST-5", Some(3)));
}

#[test]
fn parts_out_of_order_or_under_another_fingerprint_are_found() {
    let mut journal = Journal::new();
    journal.received(5);
    journal.transferred_out(2);
    journal.also_at(location(2)).transferred_in(2).entry.part = 2;
    assert_eq!(journal.violation(), ("ST-5", Some(3)));
    journal.rows[2].entry.part = 1;
    journal.replay().unwrap();
    journal.rows[2].entry.fingerprint = domain::stock::Fingerprint(6);
    assert_eq!(journal.violation(), ("ST-5", Some(3)));
    let mut journal = Journal::new();
    journal.received(5).entry.part = 1;
    assert_eq!(journal.violation(), ("ST-5", Some(1)));
}

#[test]
fn an_allocation_without_an_order_line_is_found() {
    let mut journal = Journal::new();
    journal.received(5);
    journal.allocated(1, 2).entry.movement.order_line = None;
    assert_eq!(journal.violation(), ("ST-6", Some(2)));
    let mut journal = Journal::new();
    journal.received(5);
    journal.reserved(1, 2);
    journal.confirmed(1, 2).entry.movement.order_line = None;
    assert_eq!(journal.violation(), ("ST-6", Some(3)));
}

#[test]
fn taking_more_from_an_order_line_than_it_holds_is_found() {
    for take in [Journal::shipped, Journal::deallocated] {
        let mut journal = Journal::new();
        journal.received(9);
        journal.allocated(1, 2);
        journal.allocated(2, 5);
        take(&mut journal, 1, 1);
        journal.replay().unwrap();
        take(&mut journal, 1, 2);
        assert_eq!(journal.violation(), ("ST-6", Some(5)));
        journal.rows.pop();
        take(&mut journal, 3, 1);
        assert_eq!(journal.violation(), ("ST-6", Some(5)));
    }
}

#[test]
fn giving_an_order_line_units_twice_is_found() {
    let mut journal = Journal::new();
    journal.received(9);
    journal.allocated(1, 2);
    journal.allocated(1, 2);
    assert_eq!(journal.violation(), ("ST-6", Some(3)));
}

#[test]
fn one_order_line_or_reservation_id_may_serve_several_items() {
    let mut journal = Journal::new();
    for n in 1..=2 {
        journal.item = item(n);
        journal.received(3);
        journal.reserved(1, 1);
        journal.confirmed(1, 1);
    }
    let row = journal.rows.last().unwrap();
    assert_eq!(
        (row.entry.movement.reservation, row.entry.movement.order_line),
        (Some(reservation(1)), Some(line(1)))
    );
    assert_eq!(row.entry.at, second(0));
    assert_eq!(journal.replay().unwrap().summary().allocations_open, 2);
}
