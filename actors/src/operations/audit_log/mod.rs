//! The audit log as a whole: verifying a chain. Entries are appended by the operations they describe.

mod verify;

pub use verify::{ChainVerdict, VerifyError, verify};
