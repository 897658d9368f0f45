//! Items hash to a fixed number of shards; a shard is the unit of ownership and of gapless numbering.

use crate::ids::ItemId;

/// How many shards there are. Fixed for the life of a database: the journal's numbering depends on it.
pub const SHARDS: u16 = 64;

/// One shard, `0..SHARDS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard(u16);

impl Shard {
    /// The shard an item belongs to, by the low bits of its id (random in UUIDv4, v7 and in derived ids alike).
    #[must_use]
    pub const fn of(item: ItemId) -> Self {
        Self(item.uuid().as_bytes()[15] as u16 % SHARDS)
    }

    /// A shard by number, as stored.
    #[must_use]
    pub const fn from_number(number: u16) -> Option<Self> {
        if number < SHARDS { Some(Self(number)) } else { None }
    }

    /// Its number, as stored and as an index.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// All shards in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..SHARDS).map(Self)
    }
}
