//! The authenticator app: enrolling, confirming with a first code, removing.

mod confirm;
mod enrol;
mod remove;

pub use confirm::confirm;
pub use enrol::enrol;
pub use remove::remove;

pub use crate::people::Enrolment;
