//! `/api/v1/people`, and what hangs on people: members, invitations, API keys.

mod api_keys;
mod invitations;
mod members;
mod reset;
mod sign_up;
