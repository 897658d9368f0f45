//! Sessions: beginning, switching, narrowing, ending them.

mod begin;
mod change;
mod second_factor;

pub use begin::begin;
pub(crate) use begin::{Prepared, begin_with, forget_old, prepare, prepare_first};
pub use change::{end, end_others, see_as, switch};
pub(crate) use second_factor::ask;
pub use second_factor::{Second, challenge_second, second_factor};

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

/// How far signing in came.
pub enum SignIn {
    /// To its end.
    Begun(Begun),
    /// The first half was right; the second factor is missing, and there is no session before it.
    SecondFactor(SecondFactorAsked),
}

/// What is missing. No `Debug`: it holds the ticket.
pub struct SecondFactorAsked {
    /// What comes back with the second factor.
    pub ticket: String,
    /// Which factors may come: `totp`, `recovery_code`, `passkey`.
    pub factors: Vec<&'static str>,
    /// Until when.
    pub expires_at: Timestamp,
}
