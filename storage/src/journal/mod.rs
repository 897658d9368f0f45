//! The journal's side of Postgres: one dedicated connection, shards owned by compare-and-set, batches in one pipelined
//! transaction. Driven by the journal task in `actors`; nobody else writes stock.

mod append;
mod batch;
mod connection;

pub use append::{AppendError, CommandLine};
pub use batch::Batch;
pub use connection::{Head, JournalConnection};
