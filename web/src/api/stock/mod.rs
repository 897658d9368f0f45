//! `/api/v1/stock`

pub mod commands;
pub mod items;
pub mod locations;
pub mod views;
