//! `/api/v1/people`, and what hangs on people: members, invitations, API keys.

mod api_keys;
mod invitations;
mod members;
mod races;
mod reset;
mod sign_up;
