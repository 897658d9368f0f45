//! Tokens of machines: what an access token says, when it is believed, and what presenting a refresh token leads to.
//! Pure; signatures and hashes are made in `actors`, rows are kept by `storage`.

mod claims;
mod refresh;

pub use claims::{AccessClaims, ClaimsRefused, Expected};
pub use refresh::{RefreshRefused, RefreshState, Turn, decide_refresh};

use jiff::SignedDuration;

/// How long an access token is believed.
pub const ACCESS_LIFETIME: SignedDuration = SignedDuration::from_mins(15);
/// How long a refresh token may lie unused.
pub const REFRESH_LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long a family lives, however often it is refreshed.
pub const FAMILY_LIFETIME: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Two workers of one machine may refresh at once: within this time a spent token leads to the same child.
pub const GRACE: SignedDuration = SignedDuration::from_secs(10);
/// How far a clock may have been set back since a token was issued.
pub const CLOCK_LEEWAY: SignedDuration = SignedDuration::from_secs(30);
