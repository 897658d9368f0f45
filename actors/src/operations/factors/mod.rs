//! Factors beside the password, and proving again who one is. What adds, uses or removes one stands with its noun: `totp`,
//! `recovery_codes`, `passkeys`, and signing in with one in `sessions`.

mod code;
mod passkey;
mod prove;
mod recovery;
mod ways_in;

use domain::audit::Trail;
use domain::ids::{OrgId, PersonId};

pub(crate) use code::{UsedCode, tell_if_written_down, use_app_code, use_code};
pub use passkey::ChallengeGiven;
pub(crate) use passkey::{TICKET_FOR, keep_ticket, use_passkey};
pub use prove::Proof;
pub(crate) use prove::{hold, prove};
pub(crate) use recovery::{forget_codes_if_alone, write_codes, write_first_codes};
pub(crate) use ways_in::lock_ways_in;

use crate::people::People;
use crate::vault::Vault;

/// What these operations work with.
pub struct Means<'a> {
    /// People, their sessions and passkeys.
    pub people: &'a People,
    /// Where authenticators' secrets are sealed.
    pub vault: &'a Vault,
}

/// Somebody who is signed in and changes what they sign in with.
pub struct Own<'a> {
    /// Who.
    pub person: PersonId,
    /// The organization that the session acts for, whose log it goes into.
    pub org: Option<OrgId>,
    /// Who, when, from where.
    pub trail: &'a Trail,
}
