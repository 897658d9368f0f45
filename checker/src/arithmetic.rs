//! ST-3: what a movement does to a level's counters, and whether the row recorded just that.

use domain::stock::{Counters, Movement, MovementKind};

use crate::violation::{Breach, Invariant, breach};

/// What each unit of a movement adds to each counter. Written from the words of [`MovementKind`], nowhere else from.
struct PerUnit {
    on_hand: i64,
    reserved: i64,
    allocated: i64,
    incoming: i64,
}

const fn per_unit(kind: MovementKind) -> PerUnit {
    let (on_hand, reserved, allocated, incoming) = match kind {
        MovementKind::Reserved => (0, 1, 0, 0),
        MovementKind::Confirmed => (0, -1, 1, 0),
        MovementKind::Released | MovementKind::Expired => (0, -1, 0, 0),
        MovementKind::Allocated => (0, 0, 1, 0),
        MovementKind::Deallocated => (0, 0, -1, 0),
        MovementKind::Shipped => (-1, 0, -1, 0),
        MovementKind::Expected => (0, 0, 0, 1),
        // What is expected is cut to zero when more arrives.
        MovementKind::Received => (1, 0, 0, -1),
        MovementKind::Adjusted | MovementKind::Counted | MovementKind::TransferredIn => (1, 0, 0, 0),
        MovementKind::TransferredOut => (-1, 0, 0, 0),
        MovementKind::Extended
        | MovementKind::SafetySet
        | MovementKind::ReorderPointSet
        | MovementKind::BackorderSet => (0, 0, 0, 0),
    };
    PerUnit {
        on_hand,
        reserved,
        allocated,
        incoming,
    }
}

/// Only hand corrections are signed; every other movement of a level moves at least one unit, or sets a value.
pub(crate) fn expect_sign(movement: &Movement) -> Result<(), Breach> {
    let least = match movement.kind {
        MovementKind::Adjusted | MovementKind::Counted => return Ok(()),
        MovementKind::Extended | MovementKind::SafetySet => 0,
        MovementKind::ReorderPointSet | MovementKind::BackorderSet => {
            return breach(
                Invariant::St3,
                format!("`{}` is of the whole item but names a location", word(movement)),
            );
        }
        MovementKind::Reserved
        | MovementKind::Confirmed
        | MovementKind::Released
        | MovementKind::Expired
        | MovementKind::Allocated
        | MovementKind::Deallocated
        | MovementKind::Shipped
        | MovementKind::Expected
        | MovementKind::Received
        | MovementKind::TransferredOut
        | MovementKind::TransferredIn => 1,
    };
    if movement.quantity >= least {
        return Ok(());
    }
    let (word, units) = (word(movement), movement.quantity);
    breach(
        Invariant::St3,
        format!("`{word}` of {units} units; expected at least {least}"),
    )
}

/// The counters after a movement, or the reason why there are none.
pub(crate) fn sum(before: &Counters, movement: &Movement) -> Result<Counters, Breach> {
    let after = checked_sum(before, movement);
    let Some(after) = after else {
        let (word, units) = (word(movement), movement.quantity);
        return breach(Invariant::St3, format!("`{word}` of {units} units overflows a counter"));
    };
    for (name, value) in named(&after) {
        if value < 0 {
            let (word, units) = (word(movement), movement.quantity);
            let text = format!("`{word}` of {units} units leaves {name} at {value}; expected nothing below zero");
            return breach(Invariant::St3, text);
        }
    }
    Ok(after)
}

fn checked_sum(before: &Counters, movement: &Movement) -> Option<Counters> {
    let (kind, units) = (movement.kind, movement.quantity);
    let PerUnit {
        on_hand,
        reserved,
        allocated,
        incoming,
    } = per_unit(kind);
    let moved = |counter: i64, sign: i64| counter.checked_add(units.checked_mul(sign)?);
    let mut after = *before;
    after.on_hand = moved(before.on_hand, on_hand)?;
    after.reserved = moved(before.reserved, reserved)?;
    after.allocated = moved(before.allocated, allocated)?;
    after.incoming = moved(before.incoming, incoming)?;
    if kind == MovementKind::Received {
        after.incoming = after.incoming.max(0);
    }
    if kind == MovementKind::SafetySet {
        after.safety = units;
    }
    after.shortfall = after
        .reserved
        .checked_add(after.allocated)?
        .checked_sub(after.on_hand)?
        .max(0);
    Some(after)
}

/// The row must have recorded the running sum; a wrong shortfall alone is ST-1's, because it is what ST-1 leans on.
pub(crate) fn expect_recorded(expected: &Counters, recorded: &Counters) -> Result<(), Breach> {
    if expected == recorded {
        return Ok(());
    }
    let shortfall_only = Counters {
        shortfall: recorded.shortfall,
        ..*expected
    } == *recorded;
    let invariant = if shortfall_only { Invariant::St1 } else { Invariant::St3 };
    breach(
        invariant,
        format!(
            "the row records other counters than the sum: {}",
            differences(expected, recorded)
        ),
    )
}

/// The counters that differ, in words.
pub(crate) fn differences(expected: &Counters, found: &Counters) -> String {
    let pairs = named(expected).into_iter().zip(named(found));
    let differing = pairs.filter(|(expected, found)| expected != found);
    let words: Vec<_> = differing
        .map(|((name, expected), (_, found))| format!("{name} {found}, expected {expected}"))
        .collect();
    words.join("; ")
}

fn named(counters: &Counters) -> [(&'static str, i64); 6] {
    [
        ("on hand", counters.on_hand),
        ("reserved", counters.reserved),
        ("allocated", counters.allocated),
        ("safety", counters.safety),
        ("incoming", counters.incoming),
        ("shortfall", counters.shortfall),
    ]
}

const fn word(movement: &Movement) -> &'static str {
    movement.kind.code()
}
