//! `/api/v1/data-keys`

pub mod rotate;
