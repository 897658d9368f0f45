//! Passkeys: adding, naming, removing them; signing in and proving again with one.

mod begin_proof;
mod begin_registration;
mod begin_sign_in;
mod finish_registration;
mod finish_sign_in;
mod remove;
mod rename;

pub use begin_proof::begin_proof;
pub use begin_registration::begin_registration;
pub use begin_sign_in::begin_sign_in;
pub use finish_registration::{Registered, finish_registration};
pub use finish_sign_in::finish_sign_in;
pub use remove::remove;
pub use rename::rename;

pub use super::factors::ChallengeGiven;
