//! The rules about people: how an e-mail address is written, which names and passwords are taken, how often somebody may try.

mod attempts;
mod email;
mod names;
mod own_path;
mod password;

pub use attempts::{Allowance, Attempts, Blocked};
pub use email::EmailAddress;
pub use names::{MAX_NAME_CHARS, is_usable_name};
pub use own_path::is_own_path;
pub use password::{MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, PasswordRefused, check_password};
