//! `/api/v1/sessions`: signing in and out, and what the session acts for.

pub mod begin;
pub mod challenge_second;
pub mod current;
pub mod end;
pub mod list;
pub mod second_factor;
pub mod see_as;
pub mod sign_out;
pub mod switch;
