//! Fault tests: the real program as a process of its own, on a real Postgres, while something goes badly wrong.
//!
//! Every test prints one line with its figures. Where it can, a test has a twin that plants the bug from outside and must
//! find it. Nothing here sleeps: what is waited for is a condition, with a bound. Two of these at once would be each
//! other's fault, so they take turns.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests fail loudly and print their figures, their helpers too"
)]

mod audit_log;
mod disk_full;
mod duplicates;
mod harness;
mod kill;
mod log_lines;
mod mailbox;
mod outage;
mod owners;
mod passivation;
mod poison;
mod restart;
mod secret_commands;
mod terminate;
mod unreaped;
