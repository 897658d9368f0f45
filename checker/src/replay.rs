//! One shard's journal, row by row.

use domain::stock::{ItemKey, JournalEntry, Shard};

use crate::item::ItemReplay;
use crate::uuid_map::UuidMap;
use crate::violation::{Breach, Invariant, breach};
use crate::{CommandLedger, ReplayedShard, Summary, Violation};

/// One row of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The shard it is numbered in.
    pub shard: Shard,
    /// Its number there, from 1.
    pub seq: i64,
    /// What it says.
    pub entry: JournalEntry,
}

/// The replay of one shard, in one pass. After a violation it is of no further use.
#[derive(Debug)]
pub struct ShardReplay<'ledger> {
    shard: Shard,
    seq: i64,
    items: UuidMap<ItemKey, ItemReplay>,
    summary: Summary,
    commands: Option<&'ledger mut CommandLedger>,
}

impl<'ledger> ShardReplay<'ledger> {
    /// Begins before the shard's first row. Without a ledger, a command that took effect twice is found only when both
    /// effects are an item's neighbouring rows.
    #[must_use]
    pub fn new(shard: Shard, commands: Option<&'ledger mut CommandLedger>) -> Self {
        Self {
            shard,
            seq: 0,
            items: UuidMap::default(),
            summary: Summary::default(),
            commands,
        }
    }

    /// Takes the next row: in the order of sequence numbers, none left out.
    pub fn observe(&mut self, row: &Row) -> Result<(), Violation> {
        self.take(row).map_err(|breach| breach.at_row(row))
    }

    fn take(&mut self, row: &Row) -> Result<(), Breach> {
        self.expect_number(row)?;
        self.items
            .entry(row.entry.key)
            .or_default()
            .observe(&row.entry, &mut self.summary)?;
        self.summary.movements += 1;
        if row.entry.part == 0 {
            self.summary.commands += 1;
            if let Some(commands) = &mut self.commands {
                commands.record(row);
            }
        }
        Ok(())
    }

    /// ST-4.
    fn expect_number(&mut self, row: &Row) -> Result<(), Breach> {
        let expected = self.seq.saturating_add(1);
        if row.seq != expected {
            return breach(
                Invariant::St4,
                format!("row {} follows row {}; expected {expected}", row.seq, self.seq),
            );
        }
        let home = Shard::of(row.entry.key.item);
        if row.shard != self.shard || home != self.shard {
            let (found, home, here) = (row.shard.number(), home.number(), self.shard.number());
            let text = format!("a row of shard {found}, for an item of shard {home}, is among those of shard {here}");
            return breach(Invariant::St4, text);
        }
        self.seq = row.seq;
        Ok(())
    }

    /// The tally so far; what is open or short is counted at the end.
    #[must_use]
    pub const fn summary(&self) -> &Summary {
        &self.summary
    }

    /// After the last row: `head` is the last number the shard says it gave.
    pub fn finish(mut self, head: i64) -> Result<ReplayedShard, Violation> {
        self.expect_head(head).map_err(|breach| breach.at_shard(self.shard))?;
        for (key, item) in &self.items {
            item.expect_whole().map_err(|breach| breach.at_item(self.shard, *key))?;
            self.summary.items += 1;
            self.summary.reservations_open += item.reservations.len() as u64;
            self.summary.allocations_open += item.allocations.len() as u64;
            self.summary.units_short = self.summary.units_short.saturating_add(item.shortfall);
        }
        self.expect_all_closed_once()
            .map_err(|breach| breach.at_shard(self.shard))?;
        Ok(ReplayedShard::new(self.shard, self.items, self.summary))
    }

    fn expect_head(&self, head: i64) -> Result<(), Breach> {
        if self.seq == head {
            return Ok(());
        }
        breach(
            Invariant::St4,
            format!("the journal ends at row {}; the shard's head says {head}", self.seq),
        )
    }

    /// ST-2 in one sum: opened is confirmed, released, expired and still open.
    fn expect_all_closed_once(&self) -> Result<(), Breach> {
        let (left, open) = (self.summary.reservations_left(), self.summary.reservations_open);
        if left == open {
            return Ok(());
        }
        breach(
            Invariant::St2,
            format!("{left} reservations opened and not closed, but {open} are open"),
        )
    }
}
