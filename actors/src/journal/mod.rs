//! The journal: everything decided while the last commit was under way becomes the next transaction.
//!
//! One task on a thread of its own owns the connection. Admission comes before the decision, the answer after the
//! commit, and every failure is asked whether it certainly did not happen.

mod admission;
mod handle;
mod reigns;
mod staged;
mod task;

pub use admission::{Admission, NotAdmitted, Permit};
pub use handle::{Journal, JournalGone, JournalParts};
pub use reigns::Reigns;
pub use staged::{Done, InFlight, NotDone, Outcome, Staged};
