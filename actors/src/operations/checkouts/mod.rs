//! Checkouts: baskets reserved all or nothing, then confirmed or released.
//!
//! A checkout has no row of its own: it is the set of reservations that share its id. Nothing locks two items at once;
//! what a cut-short confirmation leaves behind is finished by a repair loop.

mod basket;
mod closing;
mod confirm;
mod create;
mod get;
mod release;

pub use basket::{BasketLine, MAX_LINES};
pub use closing::{Closed, finish_closings};
pub use confirm::confirm;
pub use create::{CheckoutReserved, NewCheckout, ReservedLine, create};
pub use get::{Checkout, CheckoutLine, get};
pub use release::release;

/// The longest hold a caller may ask for.
pub const MAX_HOLD_SECONDS: u32 = 24 * 60 * 60;
/// Confirming a basket of several items first moves every deadline this far, so that no line can run out between the
/// first confirmation and the last, not even when the hub is away in between.
pub(crate) const CONFIRMATION_GUARD_SECONDS: u32 = MAX_HOLD_SECONDS;
