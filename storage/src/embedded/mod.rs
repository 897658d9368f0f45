//! The embedded server: a Postgres of our own in the data directory, for whoever has not set `database.url`.
//!
//! It uses the machine's binaries, listens on a unix socket only, and runs as an unprivileged user when we are root
//! (Postgres refuses root). It outlives a `kill -9` of the hub: the next start finds it and uses it on. When it dies under a
//! running hub, it is started again.

mod binaries;
mod cluster;
mod owner;
mod users;
mod watch;

pub use cluster::{EmbeddedPostgres, EmbeddedSettings};
pub use watch::keep_running;
