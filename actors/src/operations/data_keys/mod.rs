//! Operations on data keys.

mod rotate;

pub use rotate::rotate;
