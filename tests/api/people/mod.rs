//! `/api/v1/people`, and what hangs on people: members, invitations, API keys.

mod api_keys;
mod change_email;
mod invitations;
mod members;
mod races;
mod remove_password;
mod reset;
mod sign_up;
