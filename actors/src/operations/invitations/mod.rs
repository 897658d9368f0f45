//! Invitations: offered by mail, accepted once, withdrawn.

mod accept;
mod create;
mod inviter;

pub use accept::{accept, look};
pub use create::{NewInvitation, create, withdraw};
