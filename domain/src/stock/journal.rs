//! A movement with everything the journal keeps beside it. Written by the item actor, read by the ledger and the checker.

use jiff::Timestamp;

use super::{Counters, Fingerprint, ItemKey, Movement};
use crate::ids::{ApiKeyId, CommandId};

/// One row of the journal, but for its shard and sequence number, which are given when it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEntry {
    /// Which item.
    pub key: ItemKey,
    /// The command that caused it.
    pub command: CommandId,
    /// The caller's request, digested.
    pub fingerprint: Fingerprint,
    /// The basket line this item is, from 0; the lines of one basket share their command.
    pub line: i16,
    /// Position among the command's movements on this item, from 0.
    pub part: i16,
    /// Who asked.
    pub asked_by: Option<ApiKeyId>,
    /// When it was decided; never earlier than the item's movement before it.
    pub at: Timestamp,
    /// What changed.
    pub movement: Movement,
    /// The level's counters afterwards; zeros for settings of the whole item.
    pub after: Counters,
}
