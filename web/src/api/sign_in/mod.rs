//! `/api/v1/sign-in`: how people may sign in here.

pub mod providers;
