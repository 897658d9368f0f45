//! The audit log: appended in the transaction of the change it describes, read in pages, never changed.

mod append;
mod chain;
mod search;

pub use append::append;
pub use chain::{find_head, list_heads, list_links};
pub use search::{AuditFilter, AuditPage, FoundEntry, list};
