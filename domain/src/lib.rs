//! The rules of the product, pure: no I/O, no clock, no async runtime, no SQL, no HTTP.
//!
//! Every other layer points here and this layer points nowhere. Time and randomness are arguments, so a rule can be
//! tested with a table and replayed from a journal years later with the same result.

pub mod access;
pub mod audit;
pub mod catalog;
pub mod ids;
pub mod money;
pub mod outbound;
pub mod people;
pub mod platform_settings;
pub mod secrets;
pub mod stock;
pub mod tokens;
