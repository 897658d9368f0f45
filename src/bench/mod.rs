//! Benchmarks: the product as a user runs it, measured against what else a user could do, in one run on one machine.

mod baseline;
pub mod checkout;
mod crowd;
pub mod fanout;
pub mod journal;
mod ranks;
mod server;
pub mod sign_in;

pub use crowd::run_crowd;
