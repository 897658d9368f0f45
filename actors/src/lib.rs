//! The actors and what they do: one actor per inventory item, the journal that makes their decisions durable, the
//! directory that finds them, and the operations that requests call.
//!
//! A write goes handler → `operations::<noun>::<verb>` → the item's actor → `domain::stock::decide` → the journal →
//! Postgres, and the answer comes back the same way only after the commit. Nothing here knows HTTP.

pub mod checkpoints;
pub mod clock;
pub mod connections;
pub mod directory;
pub mod item;
pub mod journal;
pub mod live;
pub mod mail;
pub mod metrics;
pub mod operations;
pub mod people;
pub mod private_files;
pub mod repair;
pub mod sso;
mod stock;
pub mod tokens;
pub mod unguessable;
pub mod vault;

pub use stock::{Stock, StockSettings};
