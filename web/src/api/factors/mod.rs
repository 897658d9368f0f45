//! `/api/v1/factors`: what one can prove oneself with.

pub mod list;
mod proof;

pub(crate) use proof::{ProofBody, Proved};
