//! `/api/v1/sessions`

mod begin;
mod csrf;
mod live;
