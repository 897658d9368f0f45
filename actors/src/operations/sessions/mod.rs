//! Sessions: beginning, switching, narrowing, ending them.

mod begin;
mod change;

pub use begin::begin;
pub(crate) use begin::{Prepared, forget_old, prepare};
pub use change::{end, end_others, see_as, switch};

use domain::ids::{OrgId, PersonId, SessionId};
use jiff::Timestamp;

/// A session that was just begun. No `Debug`: it holds the token.
pub struct Begun {
    /// What the browser keeps.
    pub token: String,
    /// The session's id, which is no secret.
    pub session: SessionId,
    /// Whose.
    pub person: PersonId,
    /// What it acts for.
    pub org: Option<OrgId>,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
}
