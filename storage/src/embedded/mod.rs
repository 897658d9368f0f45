//! The embedded server: a Postgres of our own in the data directory, for whoever has not set `database.url`.
//!
//! It uses the machine's binaries, listens on a unix socket only, and runs as an unprivileged user when we are root
//! (Postgres refuses root). It outlives a `kill -9` of the hub: the next start finds it and uses it on.

mod binaries;
mod cluster;
mod owner;
mod users;

pub use cluster::{EmbeddedPostgres, EmbeddedSettings};
