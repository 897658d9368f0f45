//! Postgres: the only crate that names tokio-postgres and deadpool, and the only place where SQL lives.
//!
//! - [`Database`] knows how to connect; [`Tenants`] is the only way to a tenant's rows; [`Engine`] reads across tenants
//!   for the stock engine with a role that may do little else, and [`Identities`] reaches people and their sessions.
//! - [`journal`] appends decided movements in one pipelined transaction and knows whether it was written.
//! - One file per noun holds that noun's SQL as constants above the functions that use them.

pub mod api_keys;
pub mod attempts;
pub mod audit_log;
pub mod audit_stream;
pub mod baseline;
pub mod bundles;
pub mod checkouts;
pub mod data_keys;
mod database;
pub mod embedded;
mod engine;
mod errors;
pub mod external_identities;
pub mod idempotent_answers;
mod identities;
pub mod inventory_items;
pub mod invitations;
pub mod item_loader;
pub mod journal;
pub mod memberships;
pub mod migrations;
mod open_transaction;
pub mod organizations;
pub mod password_resets;
pub mod people;
pub mod platform_settings;
pub mod products;
pub mod refresh_tokens;
pub mod roles;
pub mod root_keys;
pub mod secrets;
pub mod sessions;
pub mod sign_on_starts;
pub mod sign_ups;
pub mod stock_levels;
pub mod stock_locations;
pub mod stock_movements;
pub mod synthetic;
mod tenancy;

pub use database::{Database, DatabaseSettings, TlsMode};
pub use engine::Engine;
pub use errors::StorageError;
pub use identities::{Identities, IdentityTx};
pub use tenancy::{TenantTx, Tenants};
pub use tokio_postgres::Config as ConnectionConfig;
