//! Signing in by way of a provider: leaving for it, coming back, and what it vouched for becoming a session.
//!
//! A provider's name for somebody (issuer and subject) lets in whom it is linked to. It is linked once, by an address that the
//! provider verified: to the person who has that address, or to a new person. An address that nobody verified links nothing,
//! or whoever enters another's address at a careless provider would be let into the other's account.

mod finish;
mod let_in;
mod start;
mod unlink;

pub use finish::{Brought, Landed, finish};
pub use start::{Started, start};
pub use unlink::unlink;
