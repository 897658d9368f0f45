//! Platform settings: what an organization enters to be connected with marketplaces, gateways and its mail server, which of
//! it is secret, and what a test of the connection can say. Pure; the rows are in `storage`, the sealing in `actors`.

mod change;
mod connection;
mod provider;

pub use change::{FieldProblem, SettingsChange, check};
pub use connection::{ConnectionProblem, ProblemKind, SettingsStatus};
pub use provider::{FieldKind, FieldSpec, Provider};
