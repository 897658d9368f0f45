//! The item actor: a thin shell. Mailbox → was it done before? → decide → evolve → journal. No rule lives here.

mod actor;
mod deadlines;
mod messages;
mod recent;

pub use actor::{ItemActor, ItemContext};
pub use messages::{Execute, Retire, Tick};
