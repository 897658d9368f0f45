//! Tables of commands with their outcomes, one rule each.

use jiff::Timestamp;
use uuid::Uuid;

use super::*;
use crate::ids::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn location(n: u128) -> LocationId {
    LocationId::new(Uuid::from_u128(n))
}

fn reservation(n: u128) -> ReservationId {
    ReservationId::new(Uuid::from_u128(n))
}

fn line(n: u128) -> OrderLineId {
    OrderLineId::new(Uuid::from_u128(n))
}

fn units(n: i64) -> Quantity {
    Quantity::new(n).unwrap()
}

fn item(on_hand: &[i64]) -> Item {
    let key = ItemKey {
        org: OrgId::new(Uuid::nil()),
        item: ItemId::new(Uuid::nil()),
    };
    let locations: Vec<_> = (1..=on_hand.len() as u128).map(location).collect();
    let mut item = Item::new(key, &locations);
    for (place, quantity) in locations.iter().zip(on_hand).filter(|(_, quantity)| **quantity > 0) {
        run(
            &mut item,
            0,
            Action::Receive {
                location: *place,
                quantity: units(*quantity),
            },
        )
        .unwrap();
    }
    item
}

fn run(item: &mut Item, second: i64, action: Action) -> Result<Vec<Movement>, Refusal> {
    let command = Command {
        id: CommandId::new(Uuid::nil()),
        line: 0,
        fingerprint: Fingerprint(0),
        asked_by: None,
        action,
    };
    let movements = decide(item, &command, at(second))?;
    for movement in &movements {
        evolve(item, movement);
    }
    assert!(item.is_sound(), "{item:?}");
    Ok(movements.into_vec())
}

fn reserve(n: u128, quantity: i64) -> Action {
    Action::Reserve {
        reservation: reservation(n),
        quantity: units(quantity),
        hold_seconds: 60,
        location: None,
    }
}

#[test]
fn reserving_the_last_unit_twice_refuses_the_second() {
    let mut item = item(&[1]);
    run(&mut item, 0, reserve(1, 1)).unwrap();
    assert_eq!(
        run(&mut item, 0, reserve(2, 1)),
        Err(Refusal::OutOfStock {
            requested: 1,
            available: 0
        })
    );
}

#[test]
fn one_location_that_can_serve_all_is_preferred_over_splitting() {
    let mut item = item(&[3, 5]);
    let movements = run(&mut item, 0, reserve(1, 5)).unwrap();
    assert_eq!(movements.len(), 1);
    assert_eq!(movements[0].location, Some(location(2)));
    let movements = run(&mut item, 0, reserve(2, 3)).unwrap();
    assert_eq!(movements[0].location, Some(location(1)));
}

#[test]
fn a_reservation_splits_when_no_single_location_can_serve() {
    let mut item = item(&[3, 5]);
    let movements = run(&mut item, 0, reserve(1, 7)).unwrap();
    assert_eq!(movements.iter().map(|m| m.quantity).collect::<Vec<_>>(), vec![3, 4]);
    run(
        &mut item,
        1,
        Action::Release {
            reservation: reservation(1),
        },
    )
    .unwrap();
    assert_eq!(item.available(), 8);
}

#[test]
fn a_reservation_closes_exactly_once() {
    let mut item = item(&[5]);
    run(&mut item, 0, reserve(1, 2)).unwrap();
    run(
        &mut item,
        59,
        Action::Confirm {
            reservation: reservation(1),
            order_line: line(1),
        },
    )
    .unwrap();
    let not_open = Err(Refusal::ReservationNotOpen(reservation(1)));
    assert_eq!(
        run(
            &mut item,
            59,
            Action::Release {
                reservation: reservation(1)
            }
        ),
        not_open
    );
    assert_eq!(
        run(
            &mut item,
            99,
            Action::Expire {
                reservation: reservation(1)
            }
        ),
        not_open
    );
    assert_eq!(item.totals().allocated, 2);
}

#[test]
fn the_deadline_decides_between_confirm_and_expire_to_the_second() {
    let mut item = item(&[5]);
    run(&mut item, 0, reserve(1, 2)).unwrap();
    let early = run(
        &mut item,
        59,
        Action::Expire {
            reservation: reservation(1),
        },
    );
    assert_eq!(
        early,
        Err(Refusal::ReservationStillHeld {
            reservation: reservation(1),
            expires_at: at(60)
        })
    );
    let late = run(
        &mut item,
        60,
        Action::Confirm {
            reservation: reservation(1),
            order_line: line(1),
        },
    );
    assert_eq!(
        late,
        Err(Refusal::ReservationExpired {
            reservation: reservation(1),
            expired_at: at(60)
        })
    );
    run(
        &mut item,
        60,
        Action::Expire {
            reservation: reservation(1),
        },
    )
    .unwrap();
    assert_eq!(item.available(), 5);
}

#[test]
fn extending_moves_the_deadline_later_but_never_earlier() {
    let mut item = item(&[5]);
    run(&mut item, 0, reserve(1, 2)).unwrap();
    run(
        &mut item,
        10,
        Action::Extend {
            reservation: reservation(1),
            hold_seconds: 10,
        },
    )
    .unwrap();
    assert_eq!(item.reservations[&reservation(1)].expires_at, at(60));
    run(
        &mut item,
        50,
        Action::Extend {
            reservation: reservation(1),
            hold_seconds: 60,
        },
    )
    .unwrap();
    assert_eq!(item.reservations[&reservation(1)].expires_at, at(110));
}

#[test]
fn safety_is_kept_back_from_reservations_and_never_makes_a_shortfall() {
    let mut item = item(&[5]);
    run(
        &mut item,
        0,
        Action::SetSafety {
            location: location(1),
            safety: 4,
        },
    )
    .unwrap();
    assert_eq!(
        run(&mut item, 0, reserve(1, 2)),
        Err(Refusal::OutOfStock {
            requested: 2,
            available: 1
        })
    );
    run(
        &mut item,
        0,
        Action::SetSafety {
            location: location(1),
            safety: 400,
        },
    )
    .unwrap();
    assert_eq!((item.available(), item.totals().shortfall), (0, 0));
}

#[test]
fn an_order_sold_elsewhere_is_always_taken_and_what_exceeds_stock_is_short() {
    let mut item = item(&[3]);
    run(
        &mut item,
        0,
        Action::Allocate {
            order_line: line(1),
            quantity: units(5),
            location: None,
        },
    )
    .unwrap();
    assert_eq!(item.totals().shortfall, 2);
    let ship = |n| Action::Ship {
        order_line: line(1),
        quantity: Some(units(n)),
    };
    assert_eq!(
        run(&mut item, 0, ship(5)),
        Err(Refusal::ExceedsOnHand {
            requested: 5,
            on_hand: 3
        })
    );
    run(&mut item, 0, ship(3)).unwrap();
    run(
        &mut item,
        0,
        Action::Receive {
            location: location(1),
            quantity: units(2),
        },
    )
    .unwrap();
    assert_eq!(item.totals().shortfall, 0);
    run(&mut item, 0, ship(2)).unwrap();
    assert_eq!(run(&mut item, 0, ship(1)), Err(Refusal::OrderLineNotAllocated(line(1))));
}

#[test]
fn backorder_lets_checkouts_promise_up_to_the_limit_and_no_further() {
    let mut item = item(&[2]);
    run(&mut item, 0, Action::SetBackorder { limit: 3 }).unwrap();
    run(&mut item, 0, reserve(1, 4)).unwrap();
    assert_eq!(item.totals().shortfall, 2);
    assert_eq!(
        run(&mut item, 0, reserve(2, 2)),
        Err(Refusal::OutOfStock {
            requested: 2,
            available: 1
        })
    );
    run(&mut item, 0, reserve(3, 1)).unwrap();
    assert_eq!(item.totals().shortfall, 3);
}

#[test]
fn receiving_fulfils_what_was_expected_first() {
    let mut item = item(&[0]);
    run(
        &mut item,
        0,
        Action::Expect {
            location: location(1),
            quantity: units(10),
        },
    )
    .unwrap();
    run(
        &mut item,
        0,
        Action::Receive {
            location: location(1),
            quantity: units(4),
        },
    )
    .unwrap();
    assert_eq!((item.totals().incoming, item.totals().on_hand), (6, 4));
    run(
        &mut item,
        0,
        Action::Receive {
            location: location(1),
            quantity: units(9),
        },
    )
    .unwrap();
    assert_eq!((item.totals().incoming, item.totals().on_hand), (0, 13));
}

#[test]
fn counting_fewer_than_promised_records_the_shortfall() {
    let mut item = item(&[5]);
    run(&mut item, 0, reserve(1, 4)).unwrap();
    run(
        &mut item,
        0,
        Action::Count {
            location: location(1),
            counted: 1,
        },
    )
    .unwrap();
    assert_eq!(item.totals().shortfall, 3);
}

#[test]
fn an_adjustment_cannot_take_more_than_is_there() {
    let mut item = item(&[5]);
    let take = |delta| Action::Adjust {
        location: location(1),
        delta,
        reason: AdjustReason::Damaged,
    };
    assert_eq!(
        run(&mut item, 0, take(-6)),
        Err(Refusal::ExceedsOnHand {
            requested: 6,
            on_hand: 5
        })
    );
    let movements = run(&mut item, 0, take(-5)).unwrap();
    assert_eq!((movements[0].quantity, movements[0].reason), (-5, Some("damaged")));
}

#[test]
fn a_transfer_moves_only_what_is_promised_to_nobody() {
    let mut item = item(&[5, 0]);
    run(&mut item, 0, reserve(1, 3)).unwrap();
    let send = |quantity| Action::Transfer {
        from: location(1),
        to: location(2),
        quantity: units(quantity),
    };
    assert_eq!(
        run(&mut item, 0, send(3)),
        Err(Refusal::OutOfStock {
            requested: 3,
            available: 2
        })
    );
    run(&mut item, 0, send(2)).unwrap();
    assert_eq!(item.level(location(2)).unwrap().counters.on_hand, 2);
    let nowhere = Action::Transfer {
        from: location(1),
        to: location(9),
        quantity: units(1),
    };
    assert_eq!(run(&mut item, 0, nowhere), Err(Refusal::LocationUnknown(location(9))));
}

#[test]
fn numbers_at_the_edge_are_refused_with_their_bounds() {
    let mut item = item(&[5]);
    for counted in [-1, MAX_ON_HAND + 1, i64::MAX, i64::MIN] {
        let refused = run(
            &mut item,
            0,
            Action::Count {
                location: location(1),
                counted,
            },
        );
        assert!(
            matches!(refused, Err(Refusal::OutOfBounds { field: "counted", .. })),
            "{counted}"
        );
    }
    for delta in [i64::MAX, i64::MIN] {
        let action = Action::Adjust {
            location: location(1),
            delta,
            reason: AdjustReason::Found,
        };
        assert!(
            matches!(run(&mut item, 0, action), Err(Refusal::OutOfBounds { .. })),
            "{delta}"
        );
    }
    assert!(Quantity::new(0).is_err() && Quantity::new(MAX_QUANTITY + 1).is_err());
}
