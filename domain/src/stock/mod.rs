//! Stock: what an item actor decides and what the journal records.
//!
//! [`decide`] is pure and says yes with movements or no with a [`Refusal`]; [`evolve`] applies a movement and cannot
//! fail. The shell around them (the item actor) holds no rule. Invariant ids (ST-1 …) are shared with the checker.

mod command;
mod decide;
mod evolve;
mod item;
mod journal;
mod level;
mod movement;
mod quantity;
mod refusal;
mod shard;

pub use command::{Action, AdjustReason, Command, Fingerprint};
pub use decide::{Movements, decide};
pub use evolve::evolve;
pub use item::{Allocation, Item, ItemKey, Part, Parts, Reservation};
pub use journal::JournalEntry;
pub use level::{Counters, Level};
pub use movement::{Movement, MovementKind};
pub use quantity::{MAX_BACKORDER, MAX_ON_HAND, MAX_QUANTITY, Quantity, QuantityError};
pub use refusal::Refusal;
pub use shard::{SHARDS, Shard};

#[cfg(test)]
mod decide_tests;
#[cfg(test)]
mod model_tests;
