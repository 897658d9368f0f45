//! `/api/v1/factors`, `/api/v1/totp`, `/api/v1/recovery-codes`, `/api/v1/passkeys`, and the second half of signing in.

mod passkeys;
mod recovery_codes;
mod sealing;
mod second_factor;
mod totp;

pub(crate) const MEI: &str = "mei@example.com";
pub(crate) const ANN: &str = "ann@example.com";
