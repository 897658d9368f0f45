//! The program `entrepot`: its commands, its settings, and the wiring of the layers. Holds no rule of the product.

pub mod audit;
pub mod audit_log;
pub mod bench;
pub mod cli;
pub mod demo;
mod open_files;
pub mod settings;
pub mod shutdown;
pub mod telemetry;
pub mod vault;
pub mod wiring;
