//! What messages say. How they look on the wire is the web layer's business.

use std::collections::HashMap;
use std::sync::Arc;

use domain::ids::ItemId;
use jiff::Timestamp;
use storage::stock_movements::NumberedEntry;

use crate::item::Standing;

/// Rows of a catch-up beyond which loading anew is cheaper.
const MOST_ROWS: usize = 2_000;

/// What one message says.
#[derive(Clone, Debug)]
pub enum Data {
    /// Items that changed, each with its newest totals.
    Stock(Vec<StockRow>),
    /// Movements of one item, the oldest first.
    Movements(Vec<NumberedEntry>),
    /// Items that need somebody, or no longer.
    Alerts(Vec<Alert>),
    /// One second.
    Metrics(Sample),
    /// Nothing, in 200 bytes.
    Probe,
}

impl Data {
    /// Several messages in one: for `Stock` and `Metrics`, the newest of each. `None` when they cannot be, or when loading
    /// anew is cheaper.
    #[must_use]
    pub fn conflate<'a>(messages: impl IntoIterator<Item = &'a Self>) -> Option<Self> {
        let mut newest: HashMap<ItemId, &StockRow> = HashMap::new();
        let mut sample = None;
        for message in messages {
            match message {
                Self::Stock(rows) => newest.extend(rows.iter().map(|row| (row.item, row))),
                Self::Metrics(newer) => sample = Some(*newer),
                Self::Movements(_) | Self::Alerts(_) | Self::Probe => return None,
            }
            if newest.len() > MOST_ROWS {
                return None;
            }
        }
        let rows = || Self::Stock(newest.into_values().cloned().collect());
        Some(sample.map_or_else(rows, Self::Metrics))
    }
}

/// An item's totals over all locations.
#[derive(Clone, Debug)]
pub struct StockRow {
    /// Which item.
    pub item: ItemId,
    /// Its SKU.
    pub sku: Arc<str>,
    /// Its totals.
    pub standing: Standing,
    /// The time of the movement that these are the totals after.
    pub at: Timestamp,
}

impl Default for StockRow {
    fn default() -> Self {
        Self {
            item: ItemId::new(uuid::Uuid::nil()),
            sku: Arc::from(""),
            standing: Standing::default(),
            at: Timestamp::UNIX_EPOCH,
        }
    }
}

/// What happened to an item that somebody should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertKind {
    /// It fell to its reorder point or below.
    Low,
    /// It rose above it.
    NoLongerLow,
    /// More is promised than is there.
    Shortfall,
    /// Everything promised is there.
    NoLongerShort,
}

impl AlertKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Low, Self::NoLongerLow, Self::Shortfall, Self::NoLongerShort];

    /// Its word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::NoLongerLow => "no_longer_low",
            Self::Shortfall => "shortfall",
            Self::NoLongerShort => "no_longer_short",
        }
    }
}

/// An alert.
#[derive(Clone, Debug)]
pub struct Alert {
    /// What happened.
    pub kind: AlertKind,
    /// To which item.
    pub item: ItemId,
    /// Its SKU.
    pub sku: Arc<str>,
    /// What people call it.
    pub title: Arc<str>,
    /// Its totals afterwards.
    pub standing: Standing,
    /// When.
    pub at: Timestamp,
}

/// One second of an organization.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sample {
    /// Reservations made.
    pub reservations_per_s: f64,
    /// Commands that a rule refused.
    pub refusals_per_s: f64,
    /// Commands that ended, however.
    pub commands_per_s: f64,
    /// Median from asking to answer.
    pub p50_ms: f64,
    /// The 99th percentile of it.
    pub p99_ms: f64,
    /// The hub's mean commit, of all organizations.
    pub commit_ms: f64,
    /// Open sockets of the organization.
    pub sockets: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn row(item: u128, on_hand: i64) -> StockRow {
        let mut row = StockRow {
            item: ItemId::new(Uuid::from_u128(item)),
            ..StockRow::default()
        };
        row.standing.totals.on_hand = on_hand;
        row
    }

    #[test]
    fn the_newest_row_of_each_item_remains() {
        let (first, second) = (
            Data::Stock(vec![row(1, 10), row(2, 20)]),
            Data::Stock(vec![row(1, 11), row(3, 30)]),
        );
        let Some(Data::Stock(mut rows)) = Data::conflate([&first, &second]) else {
            panic!()
        };
        rows.sort_by_key(|row| row.item);
        let left: Vec<i64> = rows.iter().map(|row| row.standing.totals.on_hand).collect();
        assert_eq!(left, [11, 20, 30]);
    }

    #[test]
    fn what_is_not_conflated_or_too_much_is_not_made_one() {
        assert!(Data::conflate([&Data::Probe]).is_none());
        let many = Data::Stock((0..=2_000).map(|n| row(n, 1)).collect());
        assert!(Data::conflate([&many]).is_none());
    }
}
