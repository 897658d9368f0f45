//! Invitations: offered by mail, accepted once, withdrawn.

mod accept;
mod create;
mod inviter;

pub use accept::{accept, look};
pub(crate) use accept::{join, take};
pub use create::{NewInvitation, create, withdraw};
