//! The stored tables against the replay: every replayed level, allocation and policy is stored once, and nothing else
//! is. (Reservations are stored nowhere but in the journal.)
//!
//! What was compared is taken out, so what is left at the end is missing in the database, and what is stored twice is
//! not found the second time.

use domain::ids::{LocationId, OrderLineId};
use domain::stock::{Counters, ItemKey, Part, Parts, Shard};

use crate::item::{ItemReplay, Settings};
use crate::uuid_map::UuidMap;
use crate::violation::{Breach, Invariant, breach};
use crate::{Summary, Violation, arithmetic};

/// A stored level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredLevel {
    /// Which item.
    pub key: ItemKey,
    /// Where.
    pub location: LocationId,
    /// How much.
    pub counters: Counters,
}

/// What a stored open allocation holds at one location.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredAllocation {
    /// Which item.
    pub key: ItemKey,
    /// For which order line.
    pub order_line: OrderLineId,
    /// Where.
    pub location: LocationId,
    /// How many units.
    pub units: i64,
}

/// The policies stored with an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredItem {
    /// Which item.
    pub key: ItemKey,
    /// Units that may be promised beyond stock.
    pub backorder_limit: i64,
    /// Below or at this many available units the item is low.
    pub reorder_point: Option<i64>,
}

/// A shard whose whole journal keeps the invariants, to be compared with what is stored. After a violation it is of no
/// further use.
#[derive(Debug)]
pub struct ReplayedShard {
    shard: Shard,
    items: UuidMap<ItemKey, ItemReplay>,
    summary: Summary,
}

impl ReplayedShard {
    pub(crate) const fn new(shard: Shard, items: UuidMap<ItemKey, ItemReplay>, summary: Summary) -> Self {
        Self { shard, items, summary }
    }

    /// The shard's tally.
    #[must_use]
    pub const fn summary(&self) -> &Summary {
        &self.summary
    }

    /// Every item the journal knows, in order, to ask the database for them a chunk at a time.
    #[must_use]
    pub fn items(&self) -> Vec<ItemKey> {
        let mut keys: Vec<_> = self.items.keys().copied().collect();
        keys.sort_unstable();
        keys
    }

    /// ST-3: a stored level is the sum of its movements. One that no movement touched must be zero.
    pub fn compare_level(&mut self, stored: &StoredLevel) -> Result<(), Violation> {
        self.take_level(stored)
            .map_err(|breach| breach.at_item(self.shard, stored.key))
    }

    fn take_level(&mut self, stored: &StoredLevel) -> Result<(), Breach> {
        let location = stored.location;
        let levels = self.items.get_mut(&stored.key).map(|item| &mut item.levels);
        let known = levels.and_then(|levels| {
            let place = levels.iter().position(|level| level.location == location)?;
            Some(levels.swap_remove(place).counters)
        });
        let expected = known.unwrap_or_default();
        if expected == stored.counters {
            return Ok(());
        }
        let differences = arithmetic::differences(&expected, &stored.counters);
        breach(
            Invariant::St3,
            format!("the level stored for location {location} is not the sum: {differences}"),
        )
    }

    /// ST-6: a stored open allocation is open in the replay, with these units.
    pub fn compare_open_allocation(&mut self, stored: &StoredAllocation) -> Result<(), Violation> {
        self.take_allocation(stored)
            .map_err(|breach| breach.at_item(self.shard, stored.key))
    }

    fn take_allocation(&mut self, stored: &StoredAllocation) -> Result<(), Breach> {
        let StoredAllocation {
            key,
            order_line,
            location,
            units,
        } = *stored;
        let book = self.items.get_mut(&key).map(|item| &mut item.allocations);
        let held = book.and_then(|book| take_part(book.get_mut(&order_line)?, location));
        expect_units(held, units).or_else(|found| {
            let text = format!("order line {order_line} is stored with {units} units at {location}; expected {found}");
            breach(Invariant::St6, text)
        })
    }

    /// ST-3: stored policies are the last ones set. An item without movements must have the default ones.
    pub fn compare_settings(&mut self, stored: &StoredItem) -> Result<(), Violation> {
        self.take_settings(stored)
            .map_err(|breach| breach.at_item(self.shard, stored.key))
    }

    fn take_settings(&mut self, stored: &StoredItem) -> Result<(), Breach> {
        let known = self
            .items
            .get_mut(&stored.key)
            .map(|item| std::mem::take(&mut item.settings));
        let expected = known.unwrap_or_default();
        let StoredItem {
            backorder_limit,
            reorder_point,
            ..
        } = *stored;
        if expected
            == (Settings {
                backorder_limit,
                reorder_point,
            })
        {
            return Ok(());
        }
        let limit = expected.backorder_limit;
        let (stored, point) = (spelled(reorder_point), spelled(expected.reorder_point));
        breach(
            Invariant::St3,
            format!(
                "the item is stored with backorder limit {backorder_limit} and reorder point {stored}; \
                 expected {limit} and {point}"
            ),
        )
    }

    /// After the last stored row: whatever was not compared is missing in the database.
    pub fn finish(self) -> Result<Summary, Violation> {
        for (key, item) in &self.items {
            expect_empty(item).map_err(|breach| breach.at_item(self.shard, *key))?;
        }
        Ok(self.summary)
    }
}

/// Takes the units held at a location out of what is open.
fn take_part(parts: &mut Parts, location: LocationId) -> Option<Part> {
    let place = parts.iter().position(|part| part.location == location)?;
    Some(parts.swap_remove(place))
}

/// Nothing, or what was expected instead.
fn expect_units(held: Option<Part>, units: i64) -> Result<(), String> {
    match held {
        Some(part) if part.units == units => Ok(()),
        Some(part) => Err(part.units.to_string()),
        None => Err("none".to_owned()),
    }
}

fn spelled(reorder_point: Option<i64>) -> String {
    reorder_point.map_or_else(|| "none".to_owned(), |units| units.to_string())
}

fn expect_empty(item: &ItemReplay) -> Result<(), Breach> {
    if let Some(level) = item.levels.first() {
        return breach(
            Invariant::St3,
            format!("no level is stored for location {}", level.location),
        );
    }
    if item.settings != Settings::default() {
        return breach(Invariant::St3, "no policies are stored for the item".to_owned());
    }
    for (line, parts) in &item.allocations {
        if let Some(part) = parts.first() {
            let (units, location) = (part.units, part.location);
            let text = format!("order line {line} holds {units} units at {location} and is not stored");
            return breach(Invariant::St6, text);
        }
    }
    Ok(())
}
