//! `/api/v1/stock`

mod commands;
mod items;
mod locations;
