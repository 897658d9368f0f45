//! The live socket: the real program, spoken to by somebody else's WebSocket client, and byte by byte.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly, their helpers too"
)]

mod conformance;
mod documents;
mod limits;
mod opening;
mod resuming;
mod revocation;
mod topics;
