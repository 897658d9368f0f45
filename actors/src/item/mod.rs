//! The item actor: a thin shell. Mailbox → was it done before? → decide → evolve → journal. No rule lives here.

mod actor;
mod deadlines;
mod messages;
mod recent;
mod standing;

pub use actor::{ItemActor, ItemContext};
pub use messages::{Execute, Retire, Tick};
pub use standing::{Change, Standing};
