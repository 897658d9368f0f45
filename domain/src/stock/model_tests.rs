//! A state machine test: random commands at random times against a model that knows only sums.
//!
//! The model keeps the least it can: units on hand in total, what each hold holds. It predicts yes or no for every
//! command on a single location and the item must agree, with every invariant intact after every step.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use uuid::Uuid;

use super::*;
use crate::ids::*;

const HOLD_SECONDS: u32 = 30;

#[derive(Clone, Debug, Default)]
struct Model {
    now: i64,
    on_hand: i64,
    safety: i64,
    backorder: i64,
    holds: BTreeMap<u128, (i64, i64)>,
    lines: BTreeMap<u128, i64>,
}

impl Model {
    fn promised(&self) -> i64 {
        self.holds.values().map(|(units, _)| units).sum::<i64>() + self.lines.values().sum::<i64>()
    }

    fn sellable(&self) -> i64 {
        let owed = (self.promised() - self.on_hand).max(0);
        let free = (self.on_hand - self.promised()).max(0);
        if self.backorder == 0 {
            (free - self.safety).max(0)
        } else {
            free + (self.backorder - owed).max(0)
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Reserve(u128, i64),
    Confirm(u128),
    Release(u128),
    Expire(u128),
    Allocate(u128, i64),
    Deallocate(u128),
    Ship(u128),
    Receive(i64),
    Count(i64),
    Safety(i64),
    Backorder(i64),
    Wait(i64),
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self::default()).boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Step> {
        prop_oneof![
            6 => (0u128..6, 1i64..8).prop_map(|(id, units)| Step::Reserve(id, units)),
            3 => (0u128..6).prop_map(Step::Confirm),
            2 => (0u128..6).prop_map(Step::Release),
            2 => (0u128..6).prop_map(Step::Expire),
            2 => (0u128..6, 1i64..8).prop_map(|(id, units)| Step::Allocate(id, units)),
            1 => (0u128..6).prop_map(Step::Deallocate),
            2 => (0u128..6).prop_map(Step::Ship),
            3 => (1i64..10).prop_map(Step::Receive),
            1 => (0i64..20).prop_map(Step::Count),
            1 => (0i64..5).prop_map(Step::Safety),
            1 => (0i64..4).prop_map(Step::Backorder),
            2 => (1i64..25).prop_map(Step::Wait),
        ]
        .boxed()
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        let now = state.now;
        match *step {
            Step::Reserve(id, units) if !state.holds.contains_key(&id) && units <= state.sellable() => {
                state.holds.insert(id, (units, now + i64::from(HOLD_SECONDS)));
            }
            Step::Confirm(id)
                if state.holds.get(&id).is_some_and(|hold| now < hold.1) && !state.lines.contains_key(&id) =>
            {
                if let Some((units, _)) = state.holds.remove(&id) {
                    state.lines.insert(id, units);
                }
            }
            Step::Release(id) => {
                state.holds.remove(&id);
            }
            Step::Expire(id) if state.holds.get(&id).is_some_and(|hold| now >= hold.1) => {
                state.holds.remove(&id);
            }
            Step::Allocate(id, units) => {
                state.lines.entry(id).or_insert(units);
            }
            Step::Deallocate(id) => {
                state.lines.remove(&id);
            }
            Step::Ship(id) if state.lines.get(&id).is_some_and(|units| *units <= state.on_hand) => {
                state.on_hand -= state.lines.remove(&id).unwrap_or(0);
            }
            Step::Receive(units) => state.on_hand += units,
            Step::Count(units) => state.on_hand = units,
            Step::Safety(units) => state.safety = units,
            Step::Backorder(units) => state.backorder = units,
            Step::Wait(seconds) => state.now += seconds,
            Step::Reserve(..) | Step::Confirm(_) | Step::Expire(_) | Step::Ship(_) => {}
        }
        state
    }
}

struct TheItem;

impl StateMachineTest for TheItem {
    type SystemUnderTest = Item;
    type Reference = Model;

    fn init_test(_: &Model) -> Item {
        let key = ItemKey {
            org: OrgId::new(Uuid::nil()),
            item: ItemId::new(Uuid::nil()),
        };
        Item::new(key, &[LocationId::new(Uuid::nil())])
    }

    fn apply(mut item: Item, model: &Model, step: Step) -> Item {
        let location = LocationId::new(Uuid::nil());
        let hold = |id| ReservationId::new(Uuid::from_u128(id));
        let line = |id| OrderLineId::new(Uuid::from_u128(id));
        let units = |n| Quantity::new(n).unwrap();
        let action = match step {
            Step::Reserve(id, n) => Action::Reserve {
                reservation: hold(id),
                quantity: units(n),
                hold_seconds: HOLD_SECONDS,
                location: None,
            },
            Step::Confirm(id) => Action::Confirm {
                reservation: hold(id),
                order_line: line(id),
            },
            Step::Release(id) => Action::Release { reservation: hold(id) },
            Step::Expire(id) => Action::Expire { reservation: hold(id) },
            Step::Allocate(id, n) => Action::Allocate {
                order_line: line(id),
                quantity: units(n),
                location: None,
            },
            Step::Deallocate(id) => Action::Deallocate {
                order_line: line(id),
                quantity: None,
            },
            Step::Ship(id) => Action::Ship {
                order_line: line(id),
                quantity: None,
            },
            Step::Receive(n) => Action::Receive {
                location,
                quantity: units(n),
            },
            Step::Count(n) => Action::Count { location, counted: n },
            Step::Safety(n) => Action::SetSafety { location, safety: n },
            Step::Backorder(n) => Action::SetBackorder { limit: n },
            Step::Wait(_) => return item,
        };
        let now = Timestamp::from_second(model.now).unwrap();
        let command = Command {
            id: CommandId::new(Uuid::nil()),
            line: 0,
            fingerprint: Fingerprint(0),
            asked_by: None,
            action,
        };
        if let Ok(movements) = decide(&item, &command, now) {
            for movement in &movements {
                evolve(&mut item, movement);
            }
        }
        item
    }

    fn check_invariants(item: &Item, model: &Model) {
        assert!(item.is_sound(), "{item:?}");
        let totals = item.totals();
        assert_eq!(totals.on_hand, model.on_hand);
        assert_eq!(totals.promised(), model.promised());
        assert_eq!(item.reservations.len(), model.holds.len());
        assert_eq!(item.allocations.len(), model.lines.len());
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_item_agrees_with_a_model_that_knows_only_sums(sequential 1..60 => TheItem);
}

proptest! {
    #[test]
    fn no_mix_of_reservations_over_locations_promises_more_than_is_there(
        on_hand in proptest::collection::vec(0i64..20, 1..4),
        asks in proptest::collection::vec(1i64..9, 1..40),
    ) {
        let key = ItemKey { org: OrgId::new(Uuid::nil()), item: ItemId::new(Uuid::nil()) };
        let places: Vec<_> = (0..on_hand.len() as u128).map(|n| LocationId::new(Uuid::from_u128(n))).collect();
        let mut item = Item::new(key, &places);
        for (level, units) in item.levels.iter_mut().zip(&on_hand) {
            level.counters.on_hand = *units;
        }
        let (stock, mut promised) = (on_hand.iter().sum::<i64>(), 0);
        for (n, ask) in asks.into_iter().enumerate() {
            let reservation = ReservationId::new(Uuid::from_u128(n as u128));
            let action = Action::Reserve { reservation, quantity: Quantity::new(ask).unwrap(), hold_seconds: 60, location: None };
            let command = Command { id: CommandId::new(Uuid::nil()), line: 0,
 fingerprint: Fingerprint(0), asked_by: None, action };
            match decide(&item, &command, Timestamp::UNIX_EPOCH) {
                Ok(movements) => {
                    movements.iter().for_each(|movement| { evolve(&mut item, movement); });
                    promised += ask;
                }
                Err(refusal) => prop_assert_eq!(refusal, Refusal::OutOfStock { requested: ask, available: stock - promised }),
            }
            prop_assert!(promised <= stock && item.is_sound());
        }
    }
}
