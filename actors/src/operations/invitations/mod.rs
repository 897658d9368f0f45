//! Invitations: offered by mail, accepted once, withdrawn.

mod accept;
mod create;

pub(crate) use accept::join;
pub use accept::{accept, look};
pub use create::{NewInvitation, create, withdraw};
