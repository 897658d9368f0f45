//! `/api/v1/live`: tickets and the socket that they open.

pub mod create_ticket;
pub mod open;
