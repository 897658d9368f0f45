//! An independent proof that nothing was oversold: it replays the journal once and holds every row to the invariants.
//!
//! Called by `entrepot audit` and by the tests that kill servers. It shares the domain's types and none of its rules:
//! what a movement does is written here a second time, from the words in [`domain::stock::MovementKind`], so that a
//! mistake in the rules cannot hide itself. It never calls `decide` or `evolve`, knows no SQL, and touches no file but
//! the spill files of the [`CommandLedger`].
//!
//! For each shard: feed its rows by sequence number to a [`ShardReplay`], [`finish`](ShardReplay::finish) it with the
//! shard's head, compare the [`ReplayedShard`] with the stored tables, and
//! [`finish`](ReplayedShard::finish) that too. After the last shard, [`CommandLedger::finish`] looks for commands that
//! took effect twice. Two threads may share the shards, each with a ledger of its own.
//!
//! Memory is that of the shard at hand: its items, and what was open at once. Closed reservations are forgotten, so an
//! id that is opened again after it was closed counts as another reservation; it cannot be, because the id is that of the
//! command that opened it, and a command takes effect once (ST-5).

mod allocations;
mod arithmetic;
mod commands;
mod compare;
mod item;
mod replay;
mod reservations;
mod summary;
mod turn;
mod uuid_map;
mod violation;

pub use commands::{CommandLedger, LedgerError};
pub use compare::{ReplayedShard, StoredAllocation, StoredItem, StoredLevel};
pub use replay::{Row, ShardReplay};
pub use summary::Summary;
pub use violation::{Invariant, Violation};

#[cfg(test)]
mod commands_tests;
#[cfg(test)]
mod compare_tests;
#[cfg(test)]
mod replay_tests;
#[cfg(test)]
mod testkit;
