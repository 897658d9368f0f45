//! `/api/v1/people`: one's own account.

pub mod change_password;
pub mod forgot;
pub mod identities;
pub mod me;
pub mod rename;
pub mod reset;
pub mod sign_up;
pub mod unlink;
pub mod verify;
